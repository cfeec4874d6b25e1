import type { HostStore } from './store';

/** All listeners of a store share one animation frame. */
const clocks = new WeakMap<HostStore, FrameClock>();

/** Calls `listener` at most once an animation frame while the store changes. */
export function onFrame(store: HostStore, listener: () => void): () => void {
  let clock = clocks.get(store);
  if (!clock) {
    clock = new FrameClock(store);
    clocks.set(store, clock);
  }
  return clock.add(listener);
}

class FrameClock {
  private readonly listeners = new Set<() => void>();
  private stop: (() => void) | null = null;
  private pending = false;

  constructor(private readonly store: HostStore) {}

  add(listener: () => void): () => void {
    this.listeners.add(listener);
    this.stop ??= this.store.subscribe(() => this.schedule());
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stop?.();
      this.stop = null;
    };
  }

  private schedule(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}
