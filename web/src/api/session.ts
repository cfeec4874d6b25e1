import type { MeReply } from './gen/MeReply';
import type { TokenReply } from './gen/TokenReply';
import { ApiError, errorFrom } from './problem';

const BASE = '/api/v1';

/** Where the session stands. `unreachable`: the hub did not answer, so nobody knows. */
export type SessionPhase = 'unknown' | 'in' | 'out' | 'unreachable';

/**
 * The session of this page. The access token lives in memory only; what outlives a reload is the
 * refresh cookie, which no script can read.
 */
export class Session {
  me: MeReply | null = null;
  phase: SessionPhase = 'unknown';
  /** Why the sign-in page is shown, when there is something to say about it. */
  notice: string | null = null;

  private token: string | null = null;
  private refreshing: Promise<boolean> | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Finds the session of an earlier visit by its cookie. */
  async resume(): Promise<void> {
    try {
      if (mayHaveSession() && (await this.refresh())) await this.enter();
      else this.leave(null);
    } catch {
      this.moveTo('unreachable');
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.open('/auth/login', { username, password });
  }

  async signInByLink(token: string): Promise<void> {
    await this.open('/auth/link', { token });
  }

  async signOut(): Promise<void> {
    try {
      await send('POST', '/auth/logout', undefined, this.token, { 'X-Topmast': '1' });
    } finally {
      this.leave(null);
    }
  }

  /** Forgets the session: the hub said that it is over. */
  leave(notice: string | null): void {
    remember('out');
    this.token = null;
    this.me = null;
    this.notice = notice;
    this.moveTo('out');
  }

  /** Sends one call with the bearer token; a stale token is refreshed once. */
  async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const token = this.token;
    let response = await send(method, path, body, token);
    if (response.status !== 401) return response;
    // Another call may have refreshed the token while this one was under way.
    const renewed = this.token !== token || (await this.refresh());
    if (renewed) response = await send(method, path, body, this.token);
    if (response.status === 401) this.leave('You were signed out. Sign in again to go on.');
    return response;
  }

  /** Gets a new access token by the cookie; false when the hub says that there is no session. */
  private refresh(): Promise<boolean> {
    this.refreshing ??= inTurn(() => this.refreshNow()).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async refreshNow(): Promise<boolean> {
    const response = await send('POST', '/auth/refresh', undefined, null, { 'X-Topmast': '1' });
    if (response.status === 401) return false;
    if (!response.ok) throw await errorFrom(response);
    this.token = ((await response.json()) as TokenReply).access_token;
    return true;
  }

  private async open(path: string, body: unknown): Promise<void> {
    const response = await send('POST', path, body, null);
    if (!response.ok) throw await errorFrom(response);
    this.token = ((await response.json()) as TokenReply).access_token;
    await this.enter();
  }

  private async enter(): Promise<void> {
    const response = await send('GET', '/auth/me', undefined, this.token);
    if (!response.ok) throw await errorFrom(response);
    this.me = (await response.json()) as MeReply;
    this.notice = null;
    remember('in');
    this.moveTo('in');
  }

  private moveTo(phase: SessionPhase): void {
    this.phase = phase;
    for (const listener of [...this.listeners]) listener();
  }
}

/** A word in the browser's storage about whether asking for a session is worth the call. */
const HINT = 'topmast.session';

/** False only where this browser is known to be signed out; the cookie itself cannot be read. */
function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(HINT) === 'in';
  } catch {
    return true;
  }
}

function remember(hint: 'in' | 'out'): void {
  try {
    localStorage.setItem(HINT, hint);
  } catch {
    // Storage may be switched off; each visit then asks the hub.
  }
}

/**
 * Runs `work` while no other tab of this browser does the same. A refresh token works once, so two
 * tabs that send the same one would end the session of both.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  // Browsers offer locks on https and on loopback only.
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? locks.request('topmast.refresh', work) : work();
}

async function send(
  method: string,
  path: string,
  body: unknown,
  token: string | null,
  extra: Record<string, string> = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...extra };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const content = body === undefined ? null : JSON.stringify(body);
  try {
    return await fetch(BASE + path, { method, headers, body: content, cache: 'no-store' });
  } catch {
    throw new ApiError(0, null);
  }
}
