import { useCallback, useSyncExternalStore } from 'react';
import type { FrameHead } from '../api/gen/FrameHead';
import { liveHost } from './connection';
import { onFrame } from './frame';
import type { ProcessEntry } from './row';
import type { HostStore } from './store';

/** The store of the host that is selected in the shell. */
export function useHostStore(): HostStore {
  return useSyncExternalStore(liveHost.subscribe, () => liveHost.store);
}

/** Grows when the store changed; draws the component anew at most once an animation frame. */
export function useVersion(): number {
  const store = useHostStore();
  const subscribe = useCallback((listener: () => void) => onFrame(store, listener), [store]);
  return useSyncExternalStore(subscribe, () => store.version);
}

/** One process; draws anew only when a value of it changed. */
export function useProcess(id: number): ProcessEntry | undefined {
  const store = useHostStore();
  const subscribe = useCallback((listener: () => void) => onFrame(store, listener), [store]);
  return useSyncExternalStore(subscribe, () => store.processes.get(id));
}

/** What stands at the head of the newest frame; null before the first. */
export function useHead(): FrameHead | null {
  const store = useHostStore();
  const subscribe = useCallback((listener: () => void) => onFrame(store, listener), [store]);
  return useSyncExternalStore(subscribe, () => store.head);
}
