import type { TicketReply } from '../api/gen/TicketReply';
import { api, session } from '../api/client';
import { HostSocket, PROTOCOL, type Surroundings } from './socket';
import { HostStore } from './store';

/**
 * The live connection to the selected host. It lives outside React: StrictMode mounts components
 * twice, and a page change must not end the stream.
 */
class LiveHost {
  store = new HostStore();
  private host: string | null = null;
  private socket: HostSocket | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follows this host from now on; null follows none. */
  follow(host: string | null): void {
    if (host === this.host) return;
    this.host = host;
    this.socket?.stop();
    this.socket = null;
    this.store = new HostStore();
    for (const listener of [...this.listeners]) listener();
    if (host === null) return;
    this.socket = new HostSocket(this.store, surroundingsOf(host));
    this.socket.setPaused(document.hidden);
    this.socket.connect();
  }

  /** Tries at once instead of waiting for the planned moment. */
  retryNow(): void {
    this.socket?.connect();
  }

  setHidden(hidden: boolean): void {
    this.socket?.setPaused(hidden);
    if (!hidden) this.retryNow();
  }
}

function surroundingsOf(host: string): Surroundings {
  return {
    ticket: async () => (await api<TicketReply>('POST', '/auth/ticket')).ticket,
    isSignedOut: () => session.phase === 'out',
    ended: (reason) => {
      if (reason === 'signed_out') session.leave('You were signed out. Sign in again to go on.');
    },
    open: (ticket) => {
      const url = new URL(`/api/v1/ws/monitoring/${encodeURIComponent(host)}`, location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('token', ticket);
      return new WebSocket(url, PROTOCOL);
    },
    random: Math.random,
  };
}

export const liveHost = new LiveHost();

/** Ties the connection to the tab and the session; called once at the start. */
export function watchSurroundings(): void {
  document.addEventListener('visibilitychange', () => liveHost.setHidden(document.hidden));
  addEventListener('online', () => liveHost.retryNow());
  session.subscribe(() => {
    if (session.phase === 'out') liveHost.follow(null);
  });
}
