import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that keeps one core busy until somebody ends it. */
const BUSY = 'for (;;);';

/** A real process of this machine with a name of its own, for a journey to act on. */
export class Child {
  private readonly exit: Promise<unknown>;

  private constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {
    this.exit = once(process, 'exit');
  }

  /** Starts a busy process; the kernel shows it under `name`, at most 15 bytes of it. */
  static async busy(name: string): Promise<Child> {
    const folder = await mkdtemp(join(tmpdir(), 'topmast-child-'));
    const program = join(folder, name);
    await symlink(process.execPath, program);
    const child = spawn(program, ['-e', BUSY], { stdio: 'ignore' });
    await once(child, 'spawn');
    return new Child(name, folder, child);
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.process.pid;
  }

  /** The kernel's letter: R running, S sleeping, T stopped; null once it is gone. */
  async state(): Promise<string | null> {
    if (!existsSync(`/proc/${this.pid}`)) return null;
    const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8').catch(() => null);
    // The name stands in brackets and may hold anything, so the state is what follows the last one.
    return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2)[0] ?? null);
  }

  /** The signal that ended it, once it has ended. */
  async endedBy(): Promise<NodeJS.Signals | null> {
    await this.exit;
    return this.process.signalCode;
  }

  async remove(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL');
      await this.exit;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A port this very process listens on. */
export async function listen(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
