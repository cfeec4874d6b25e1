import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorFrom } from './problem';
import { Session } from './session';

type Answer = (request: { path: string; headers: Headers; body: string | null }) => Response;

let calls: string[] = [];

/** Answers the calls of the page in place of a hub. */
function answerWith(answer: Answer): void {
  calls = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    calls.push(`${init.method} ${path} ${headers.get('authorization') ?? ''}`.trim());
    return Promise.resolve(answer({ path, headers, body: init.body as string | null }));
  });
}

const token = (value: string) =>
  Response.json({ access_token: value, token_type: 'bearer', expires_in: 900 });
const me = () => Response.json({ username: 'ada', role: 'operator' });
const refused = () => new Response(null, { status: 401 });

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe('Session', () => {
  it('signs in, keeps the token out of storage, and knows who is there', async () => {
    answerWith(({ path }) => (path.endsWith('/login') ? token('one') : me()));
    const session = new Session();
    await session.signIn('ada', 'secret');
    expect(session.phase).toBe('in');
    expect(session.me).toEqual({ username: 'ada', role: 'operator' });
    expect(calls).toEqual(['POST /api/v1/auth/login', 'GET /api/v1/auth/me Bearer one']);
    expect(JSON.stringify({ ...localStorage })).not.toContain('one');
  });

  it('refreshes a stale token once, for all calls under way', async () => {
    let stale = true;
    answerWith(({ path, headers }) => {
      if (path.endsWith('/login')) return token('old');
      if (path.endsWith('/me')) return me();
      if (path.endsWith('/refresh')) {
        expect(headers.get('x-topmast')).toBe('1');
        stale = false;
        return token('new');
      }
      return headers.get('authorization') === 'Bearer new' ? Response.json({}) : refused();
    });
    const session = new Session();
    await session.signIn('ada', 'secret');
    expect(stale).toBe(true);
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => session.fetch('GET', path)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(calls.filter((call) => call.includes('/refresh'))).toHaveLength(1);
  });

  it('leaves when the hub knows no session, and says why', async () => {
    answerWith(({ path }) => {
      if (path.endsWith('/login')) return token('old');
      return path.endsWith('/me') ? me() : refused();
    });
    const session = new Session();
    await session.signIn('ada', 'secret');
    const answer = await session.fetch('GET', '/servers');
    expect(answer.status).toBe(401);
    expect(session.phase).toBe('out');
    expect(session.me).toBeNull();
    expect(session.notice).toContain('signed out');
  });

  it('goes on when a call finds the token renewed by another', async () => {
    answerWith(({ path, headers }) => {
      if (path.endsWith('/login') || path.endsWith('/refresh')) return token('same');
      if (path.endsWith('/me')) return me();
      return headers.get('authorization') ? refused() : Response.json({});
    });
    const session = new Session();
    await session.signIn('ada', 'secret');
    await session.fetch('GET', '/x');
    // One refresh, one repeat, and then no more: a hub that always refuses is not asked forever.
    expect(calls.filter((call) => call.includes('/x'))).toHaveLength(2);
    expect(session.phase).toBe('out');
  });

  it('finds the session of an earlier visit', async () => {
    localStorage.setItem('topmast.session', 'in');
    answerWith(({ path }) => (path.endsWith('/refresh') ? token('again') : me()));
    const session = new Session();
    await session.resume();
    expect(session.phase).toBe('in');
  });

  it('does not ask for a session where there was none', async () => {
    answerWith(refused);
    const session = new Session();
    await session.resume();
    expect(session.phase).toBe('out');
    expect(calls).toEqual([]);
  });

  it('tells a silent hub from an ended session', async () => {
    localStorage.setItem('topmast.session', 'in');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    const session = new Session();
    await session.resume();
    expect(session.phase).toBe('unreachable');
  });
});

describe('errorFrom', () => {
  it('keeps the words of the hub and the time to wait', async () => {
    const problem = { type: 'about:blank', title: 'Slow', status: 429, detail: 'Too many tries.' };
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '30' };
    const error = await errorFrom(new Response(JSON.stringify(problem), { status: 429, headers }));
    expect(error.message).toBe('Too many tries.');
    expect(error.retryAfter).toBe(30);
  });

  it('finds words of its own for an answer that is no problem', async () => {
    const error = await errorFrom(new Response('<html>', { status: 502 }));
    expect(error.message).toBe('The hub answered with status 502.');
    expect(error.problem).toBeNull();
  });
});
