import type { Browser, BrowserContext, ConsoleMessage, Page } from 'playwright-core';

export interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A line of the browser's own console that a journey provokes. */
interface Expected {
  /** Part of the line. */
  text: string;
  /** Path of the address the line is about; any when left out. */
  path?: string;
}

/** One person's browser window, and everything that went wrong in it. */
export class Visit {
  readonly faults: string[] = [];
  private readonly expected: Expected[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, look: Look = {}): Promise<Visit> {
    const context = await browser.newContext({
      colorScheme: look.scheme ?? 'light',
      viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
      reducedMotion: 'reduce',
    });
    const visit = new Visit(context, await context.newPage());
    await visit.guard();
    return visit;
  }

  /** The browser itself writes a line for every refused call; this journey provokes this one. */
  expectRefusal(status: number, path: string): void {
    this.expected.push({ text: `status of ${status}`, path });
  }

  /** While the hub is away the browser writes a line for every try to reach it. */
  expectLostConnection(): void {
    this.expected.push(
      { text: 'net::ERR_CONNECTION_REFUSED' },
      { text: 'net::ERR_CONNECTION_RESET' },
      { text: 'net::ERR_EMPTY_RESPONSE' },
    );
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private async guard(): Promise<void> {
    this.page.on('pageerror', (error) => this.faults.push(`page error: ${error.stack ?? error}`));
    this.page.on('console', (message) => this.judge(message));
    this.page.on('websocket', (socket) => {
      if (!isLoopback(socket.url())) this.faults.push(`left the machine: ${socket.url()}`);
    });
    await this.context.route('**/*', async (route) => {
      const address = route.request().url();
      if (isLoopback(address)) return route.continue();
      this.faults.push(`left the machine: ${address}`);
      return route.abort();
    });
  }

  private judge(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const { url } = message.location();
    const text = message.text();
    const path = URL.canParse(url) ? new URL(url).pathname : '';
    const known = this.expected.some(
      (one) => text.includes(one.text) && (one.path === undefined || one.path === path),
    );
    if (!known) this.faults.push(`console ${message.type()}: ${text} (${url})`);
  }
}

function isLoopback(address: string): boolean {
  const { hostname, protocol } = new URL(address);
  return hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:';
}
