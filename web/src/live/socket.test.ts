import { strToU8 } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamFrame } from '../api/gen/StreamFrame';
import { deltaFrame, fullFrame, THREE } from './frames.fixture';
import { HostSocket, type Surroundings, waitBefore } from './socket';
import { HostStore } from './store';

/** The browser's end of a socket, driven by the test in place of a network. */
class Line {
  binaryType = '';
  readyState: number = WebSocket.OPEN;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  deliver(frame: StreamFrame): void {
    const bytes = Uint8Array.from([0, ...strToU8(JSON.stringify(frame))]);
    this.onmessage?.({ data: bytes.buffer });
  }

  lose(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.();
  }
}

function setUp(overrides: Partial<Surroundings> = {}) {
  const lines: Line[] = [];
  const around: Surroundings = {
    ticket: () => Promise.resolve('ticket'),
    isSignedOut: () => false,
    ended: vi.fn(),
    open: () => {
      const line = new Line();
      lines.push(line);
      return line as unknown as WebSocket;
    },
    random: () => 0.5,
    ...overrides,
  };
  const store = new HostStore();
  return { lines, store, around, socket: new HostSocket(store, around) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('waitBefore', () => {
  it('lies between half a second and fifteen seconds, whatever the dice say', () => {
    for (let attempt = 1; attempt < 200; attempt += 1) {
      expect(waitBefore(attempt, 0)).toBe(500);
      expect(waitBefore(attempt, 1)).toBeLessThanOrEqual(15_000);
    }
  });

  it('grows with each try up to the longest wait', () => {
    const longest = [1, 2, 3, 4, 5, 6].map((attempt) => waitBefore(attempt, 1));
    expect(longest).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });
});

describe('HostSocket', () => {
  it('is live with the first full frame', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    expect(store.status.phase).toBe('connecting');
    lines[0]?.deliver(fullFrame(1, THREE));
    expect(store.status.phase).toBe('live');
    expect(store.processes.size).toBe(3);
    socket.stop();
  });

  it('asks once for a full frame after a gap, and drops deltas until it comes', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver(fullFrame(1, THREE));
    lines[0]?.deliver(deltaFrame(3, {}));
    lines[0]?.deliver(deltaFrame(4, {}));
    expect(lines[0]?.sent).toEqual(['{"resync":true}']);
    lines[0]?.deliver(fullFrame(4, THREE));
    lines[0]?.deliver(deltaFrame(5, { gone: [1] }));
    expect(store.processes.size).toBe(2);
    socket.stop();
  });

  it('comes back by itself, with growing waits, and says so', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver(fullFrame(1, THREE));
    lines[0]?.lose();
    expect(store.status).toMatchObject({
      phase: 'reconnecting',
      attempt: 1,
      retryAt: Date.now() + 750,
      since: fullFrame(1, THREE).time,
    });
    await vi.advanceTimersByTimeAsync(750);
    lines[1]?.lose();
    expect(store.status).toMatchObject({ attempt: 2, retryAt: Date.now() + 1250 });
    await vi.advanceTimersByTimeAsync(1250);
    expect(lines).toHaveLength(3);
    lines[2]?.deliver(fullFrame(1, THREE));
    expect(store.status.phase).toBe('live');
    lines[2]?.lose();
    expect(store.status).toMatchObject({ attempt: 1 });
    socket.stop();
  });

  it('tries at once when told to', async () => {
    const { lines, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.lose();
    socket.connect();
    await settle();
    expect(lines).toHaveLength(2);
    socket.stop();
  });

  it('keeps trying while the hub gives no ticket, unless the session is over', async () => {
    const fails = setUp({ ticket: () => Promise.reject(new Error('no answer')) });
    fails.socket.connect();
    await settle();
    expect(fails.store.status).toMatchObject({ phase: 'reconnecting', attempt: 1 });
    await vi.advanceTimersByTimeAsync(750);
    expect(fails.store.status).toMatchObject({ phase: 'reconnecting', attempt: 2 });
    fails.socket.stop();
    const over = setUp({
      ticket: () => Promise.reject(new Error('signed out')),
      isSignedOut: () => true,
    });
    over.socket.connect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(over.store.status.phase).toBe('connecting');
  });

  it('takes a silent connection for a lost one', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver(fullFrame(1, THREE));
    await vi.advanceTimersByTimeAsync(19_999);
    expect(store.status.phase).toBe('live');
    await vi.advanceTimersByTimeAsync(1);
    expect(store.status.phase).toBe('reconnecting');
    socket.stop();
  });

  it('pauses while nobody looks, and silence is no loss then', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver(fullFrame(1, THREE));
    socket.setPaused(true);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(store.status.phase).toBe('live');
    socket.setPaused(false);
    lines[0]?.deliver(fullFrame(300, THREE));
    expect(lines[0]?.sent).toEqual(['{"pause":true}', '{"pause":false}']);
    expect(store.head?.seq).toBe(300);
    socket.stop();
  });

  it('ends for good when the hub says that the session or the host is no more', async () => {
    const { lines, store, socket, around } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver({ kind: 'bye', reason: 'signed_out' });
    expect(store.status).toEqual({ phase: 'ended', reason: 'signed_out' });
    expect(around.ended).toHaveBeenCalledWith('signed_out');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(1);
  });

  it('comes back after a hub that shuts down', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.deliver({ kind: 'bye', reason: 'shutting_down' });
    expect(store.status.phase).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(750);
    expect(lines).toHaveLength(2);
    socket.stop();
  });

  it('drops a connection that sends what nobody can read', async () => {
    const { lines, store, socket } = setUp();
    socket.connect();
    await settle();
    lines[0]?.onmessage?.({ data: Uint8Array.from([9, 9]).buffer });
    expect(store.status.phase).toBe('reconnecting');
    expect(lines[0]?.readyState).toBe(WebSocket.CLOSED);
    socket.stop();
  });
});
