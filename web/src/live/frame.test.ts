import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onFrame } from './frame';
import { deltaFrame, fullFrame, THREE } from './frames.fixture';
import { HostStore } from './store';

let waiting: (() => void)[] = [];

beforeEach(() => {
  waiting = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => waiting.push(callback));
});
afterEach(() => vi.unstubAllGlobals());

it('tells all listeners once an animation frame, however many samples came', () => {
  const store = new HostStore();
  const [first, second] = [vi.fn(), vi.fn()];
  onFrame(store, first);
  const leave = onFrame(store, second);
  store.apply(fullFrame(1, THREE));
  store.apply(deltaFrame(2, {}));
  store.apply(deltaFrame(3, {}));
  expect(first).not.toHaveBeenCalled();
  expect(waiting).toHaveLength(1);
  waiting.splice(0).forEach((draw) => draw());
  expect([first, second].map((listener) => listener.mock.calls.length)).toEqual([1, 1]);
  leave();
  store.apply(deltaFrame(4, {}));
  waiting.splice(0).forEach((draw) => draw());
  expect([first, second].map((listener) => listener.mock.calls.length)).toEqual([2, 1]);
});
