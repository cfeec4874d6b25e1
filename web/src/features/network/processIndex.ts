import type { HostStore } from '../../live/store';

interface Index {
  version: number;
  ids: Map<number, number>;
}

const indexes = new WeakMap<HostStore, Index>();

/** The row of the process with this pid; undefined when it is not in the table. */
export function processIdOf(store: HostStore, pid: number): number | undefined {
  let index = indexes.get(store);
  // Built once a frame and only when asked for: each row of the table asks.
  if (index?.version !== store.version) {
    const ids = new Map<number, number>();
    for (const process of store.processes.values()) ids.set(process.pid, process.id);
    index = { version: store.version, ids };
    indexes.set(store, index);
  }
  return index.ids.get(pid);
}

/** Where the page of a process is; null when it is not in the table. */
export function processPath(store: HostStore, pid: number | null): string | null {
  const id = pid === null ? undefined : processIdOf(store, pid);
  return id === undefined ? null : `/processes?open=${id}`;
}
