import { useState } from 'react';
import type { ProcessEntry } from '../../live/row';
import { identity } from './target';

/** The process that is open in the panel. */
export interface Opened {
  readonly row: ProcessEntry;
  /** It is no more; `row` is what was last seen of it. */
  readonly ended: boolean;
}

type Processes = ReadonlyMap<number, ProcessEntry>;

/**
 * What to show for the row id in the address bar. A hub that was restarted numbers its rows anew,
 * so the process last seen counts, not the number.
 */
export function openedProcess(
  processes: Processes,
  id: number | null,
  last: ProcessEntry | null,
): Opened | null {
  if (id === null) return null;
  const now = processes.get(id);
  if (!last) return now ? { row: now, ended: false } : null;
  if (now && identity(now) === identity(last)) return { row: now, ended: false };
  for (const row of processes.values()) {
    if (row.pid === last.pid && row.start_time === last.start_time) return { row, ended: false };
  }
  return { row: last, ended: true };
}

/** Follows the open process, also when it gets another number or ends. */
export function useOpened(processes: Processes, id: number | null): Opened | null {
  const [seen, setSeen] = useState<{ id: number | null; row: ProcessEntry | null }>({
    id: null,
    row: null,
  });
  const last = seen.id === id ? seen.row : null;
  const opened = openedProcess(processes, id, last);
  const row = opened?.row ?? null;
  if (seen.id !== id || seen.row !== row) setSeen({ id, row });
  return opened;
}
