import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The password of `admin` in every journey. */
export const ADMIN_PASSWORD = 'correct horse battery staple';

const BINARY =
  process.env['TOPMAST_BINARY'] ?? join(import.meta.dirname, '../../target/release/topmast');
const READY = /^listening on (http:\/\/\S+)$/;

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** `topmast serve`, the release binary, with a data directory of its own. */
export class Program {
  url = '';
  /** What it said on stderr, for the message of a failed start. */
  private said = '';

  private constructor(
    readonly directory: string,
    private child: ChildProcess,
  ) {}

  static async start(): Promise<Program> {
    const directory = await mkdtemp(join(tmpdir(), 'topmast-journey-'));
    const program = new Program(directory, serve(directory, '127.0.0.1:0'));
    await program.ready();
    return program;
  }

  /** Stops as a service manager would; answers the exit status. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    return this.child.exitCode;
  }

  /** Starts again after `stop`, with the same data on the same port. */
  async startAgain(): Promise<void> {
    this.child = serve(this.directory, new URL(this.url).host);
    await this.ready();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Another command of the same binary on the same data directory. */
  command(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const all = [...words, '--data', this.directory];
    const env = { ...process.env, ...environment };
    return new Promise((resolve) => {
      const child = execFile(BINARY, all, { env }, (_, stdout, stderr) =>
        resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
  }

  private async ready(): Promise<void> {
    const { stdout, stderr } = this.child;
    if (!stdout || !stderr) throw new Error('topmast was started without pipes');
    stderr.on('data', (bytes: Buffer) => (this.said += bytes.toString()));
    for await (const line of createInterface({ input: stdout })) {
      const found = READY.exec(line);
      if (found?.[1]) {
        this.url = found[1].replace(/\/$/, '');
        stdout.resume();
        return;
      }
    }
    throw new Error(`topmast serve ended before it listened:\n${this.said}`);
  }
}

function serve(directory: string, address: string): ChildProcess {
  return spawn(BINARY, ['serve', '--listen', address, '--data', directory], {
    env: { ...process.env, TOPMAST_ADMIN_PASSWORD: ADMIN_PASSWORD },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
