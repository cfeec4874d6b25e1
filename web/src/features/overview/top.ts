import { useRef } from 'react';
import { useHostStore, useVersion } from '../../live/hooks';
import type { ProcessEntry } from '../../live/row';

/** The order may change this often, in milliseconds; numbers change with each sample. */
const CALM = 2000;

/** The ids of the heaviest processes by CPU, heaviest first. Unknown comes last. */
export function heaviest(rows: Iterable<ProcessEntry>, count: number): number[] {
  return [...rows]
    .filter((row) => row.cpu_percent !== null)
    .sort((a, b) => (b.cpu_percent ?? 0) - (a.cpu_percent ?? 0) || a.id - b.id)
    .slice(0, count)
    .map((row) => row.id);
}

/** The heaviest processes. Their order stands still while `held`, but for those that ended. */
export function useHeaviest(count: number, held: boolean): number[] {
  useVersion();
  const store = useHostStore();
  const kept = useRef({ ids: [] as number[], at: Number.NEGATIVE_INFINITY, store });
  const now = performance.now();
  const alive = kept.current.ids.filter((id) => store.processes.has(id));
  const thinned = alive.length < kept.current.ids.length;
  const due = !held && (now - kept.current.at >= CALM || thinned);
  if (kept.current.store !== store || alive.length === 0 || due) {
    kept.current = { ids: heaviest(store.processes.values(), count), at: now, store };
    return kept.current.ids;
  }
  return alive;
}
