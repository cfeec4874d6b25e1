import { useMemo, useState } from 'react';
import type { ProcessEntry } from '../../live/row';
import type { Selection } from '../../table/selection';
import { identity } from './target';

type Processes = ReadonlyMap<number, ProcessEntry>;

/** The ticked rows that are still the processes that were ticked. */
export function stillTicked(
  processes: Processes,
  ticked: ReadonlyMap<number, string>,
): ProcessEntry[] {
  const rows: ProcessEntry[] = [];
  for (const [id, who] of ticked) {
    const row = processes.get(id);
    if (row && identity(row) === who) rows.push(row);
  }
  return rows;
}

/** The ticked processes. A tick belongs to a process, never to a number that is given anew. */
export function useTicks(processes: Processes, version: number) {
  const [ticked, setTicked] = useState<ReadonlyMap<number, string>>(new Map());
  const rows = useMemo(
    () => stillTicked(processes, ticked),
    // The table changes in place, so its version stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [processes, version, ticked],
  );
  const ids = rows.map(({ id }) => id).join(' ');
  const selection: Selection = useMemo(
    () => new Set(ids === '' ? [] : ids.split(' ').map(Number)),
    [ids],
  );
  const setSelection = (next: Selection) => {
    const entries = [...next].flatMap((id): [number, string][] => {
      const row = processes.get(id);
      return row ? [[id, identity(row)]] : [];
    });
    setTicked(new Map(entries));
  };
  return { rows, selection, setSelection };
}
