import type { ViewerMessage } from '../api/gen/ViewerMessage';
import { decodeFrame } from './decode';
import type { HostStore } from './store';

export const PROTOCOL = 'topmast.columns.v1';

/** The bounds of a wait before the next try, in milliseconds. */
const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** A hub that says nothing for this long after `open` is taken for gone. */
const SILENCE = 20_000;

/** What the socket needs from the browser; tests bring their own. */
export interface Surroundings {
  /** A ticket for one socket. */
  ticket(): Promise<string>;
  /** Whether a ticket was refused because there is no session any more. */
  isSignedOut(): boolean;
  /** The hub ended the stream for good. */
  ended(reason: string): void;
  open(ticket: string): WebSocket;
  random(): number;
}

/**
 * How long to wait before try number `attempt` (from 1): exponential with full jitter, so that a
 * thousand pages do not come back to a restarted hub in the same instant.
 */
export function waitBefore(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** Math.min(attempt, 10));
  return SHORTEST_WAIT + random * (ceiling - SHORTEST_WAIT);
}

/** Keeps one host's store fed, over as many sockets as it takes. */
export class HostSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private paused = false;
  /** Whether a resync was asked for, so that the deltas on their way are dropped quietly. */
  private awaitingFull = false;
  private connecting = false;

  constructor(
    private readonly store: HostStore,
    private readonly around: Surroundings,
  ) {}

  /** Connects now, also when a later try was planned. */
  connect(): void {
    if (this.stopped || this.connecting || this.socket) return;
    clearTimeout(this.retryTimer);
    this.connecting = true;
    void this.open().finally(() => {
      this.connecting = false;
    });
  }

  /** Ends for good; the store keeps its last numbers. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  /** A page that nobody sees takes no frames. */
  setPaused(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    // A full frame follows the end of a pause; deltas before it do not fit.
    if (!paused) this.awaitingFull = true;
    this.say({ pause: paused });
    if (paused) clearTimeout(this.silenceTimer);
    else if (this.socket) this.expectFrame();
    else this.connect();
  }

  private async open(): Promise<void> {
    let ticket: string;
    try {
      ticket = await this.around.ticket();
    } catch {
      if (!this.around.isSignedOut()) this.retryLater();
      return;
    }
    if (this.stopped) return;
    const socket = this.around.open(ticket);
    this.socket = socket;
    this.awaitingFull = true;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.opened();
    socket.onmessage = (event: MessageEvent<unknown>) => this.received(socket, event.data);
    socket.onclose = () => this.closed(socket);
    this.expectFrame();
  }

  private opened(): void {
    if (this.paused) this.say({ pause: true });
  }

  private received(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || !(data instanceof ArrayBuffer)) return;
    try {
      this.take(new Uint8Array(data));
    } catch {
      // What cannot be read will not get better by waiting: begin anew, with back-off.
      this.drop();
    }
  }

  private take(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    this.expectFrame();
    if (frame.kind === 'bye') {
      this.goodbye(frame.reason);
      return;
    }
    if (this.awaitingFull && frame.kind === 'delta') return;
    if (this.store.apply(frame) === 'resync') {
      if (frame.kind === 'full') throw new Error('A full frame contradicts itself.');
      this.awaitingFull = true;
      this.say({ resync: true });
      return;
    }
    this.awaitingFull = false;
    this.attempt = 0;
    if (this.store.status.phase !== 'live') this.store.setStatus({ phase: 'live' });
  }

  private goodbye(reason: string): void {
    if (reason === 'signed_out' || reason === 'host_removed') {
      this.stop();
      this.store.setStatus({ phase: 'ended', reason });
      this.around.ended(reason);
    } else {
      this.drop();
    }
  }

  /** Gives this socket up and plans the next. */
  private drop(): void {
    const socket = this.socket;
    if (!socket) return;
    socket.close();
    this.closed(socket);
  }

  private closed(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    clearTimeout(this.silenceTimer);
    if (!this.stopped) this.retryLater();
  }

  private retryLater(): void {
    this.attempt += 1;
    const wait = waitBefore(this.attempt, this.around.random());
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), wait);
    this.store.setStatus({
      phase: 'reconnecting',
      attempt: this.attempt,
      retryAt: Date.now() + wait,
      since: this.store.head?.time ?? null,
    });
  }

  /** A connection can die without a word; the browser may not notice for minutes. */
  private expectFrame(): void {
    clearTimeout(this.silenceTimer);
    if (this.paused) return;
    const interval = (this.store.head?.interval ?? 1) * 1000;
    this.silenceTimer = setTimeout(() => this.drop(), Math.max(SILENCE, 4 * interval));
  }

  private say(message: ViewerMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
