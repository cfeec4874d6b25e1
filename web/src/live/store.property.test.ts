import { expect, it } from 'vitest';
import type { Cell } from '../api/gen/Cell';
import type { ColumnChange } from '../api/gen/ColumnChange';
import type { TableChange } from '../api/gen/TableChange';
import type { TableFull } from '../api/gen/TableFull';
import { deltaFrame, fullFrame } from './frames.fixture';
import { HostStore } from './store';

const COLUMNS = ['pid', 'start_time', 'name', 'cpu_percent', 'memory_rss'];
type Rows = Map<number, Cell[]>;

/** A small generator with a seed, so that a failure can be played again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomRow(random: (below: number) => number): Cell[] {
  const cpu = random(4) === 0 ? null : random(1000) / 10;
  // Few pids, so that they are used again and again.
  return [random(20), random(5), `name ${random(9)}`, cpu, random(1e9)];
}

function tableOf(rows: Rows): TableFull {
  const ids = [...rows.keys()];
  const values = COLUMNS.map((_, column) => ids.map((id) => rows.get(id)?.[column] ?? null));
  return { columns: COLUMNS, ids, values };
}

/** The change as the hub would send it: equal ids are left out where they repeat. */
function changeBetween(before: Rows, after: Rows): TableChange {
  const gone = [...before.keys()].filter((id) => !after.has(id));
  const born: Rows = new Map([...after].filter(([id]) => !before.has(id)));
  const { ids, values } = tableOf(born);
  const changed: ColumnChange[] = [];
  let lastIds = '';
  COLUMNS.forEach((_, column) => {
    const differing = [...after].filter(([id, row]) => {
      const old = before.get(id);
      return old !== undefined && old[column] !== row[column];
    });
    if (differing.length === 0) return;
    const named = differing.map(([id]) => id);
    const cells = differing.map(([, row]) => row[column] ?? null);
    const repeats = named.join() === lastIds;
    lastIds = named.join();
    changed.push(repeats ? { column, values: cells } : { column, ids: named, values: cells });
  });
  return { gone, new: { ids, values }, changed };
}

function nextRows(rows: Rows, newId: () => number, random: (below: number) => number): Rows {
  const next: Rows = new Map();
  for (const [id, row] of rows) {
    if (random(8) === 0) continue;
    const mutated = row.map((cell, i) => (i > 2 && random(3) === 0 ? random(1000) : cell));
    next.set(id, mutated);
  }
  for (let i = random(5); i > 0; i -= 1) next.set(newId(), randomRow(random));
  return next;
}

function plain(store: HostStore): Map<number, Cell[]> {
  const rows = [...store.processes].map(([id, row]): [number, Cell[]] => [
    id,
    [row.pid, row.start_time, row.name, row.cpu_percent, row.memory_rss],
  ]);
  return new Map(rows.sort(([a], [b]) => a - b));
}

it.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'deltas lead to the same rows as a full frame (seed %i)',
  (seed) => {
    const random = randomFrom(seed);
    let lastId = 0;
    const newId = () => (lastId += 1);
    let rows: Rows = new Map();
    for (let i = random(30); i > 0; i -= 1) rows.set(newId(), randomRow(random));
    const store = new HostStore();
    store.apply(fullFrame(1, tableOf(rows)));
    for (let seq = 2; seq < 30; seq += 1) {
      const next = nextRows(rows, newId, random);
      expect(store.apply(deltaFrame(seq, changeBetween(rows, next)))).toBe('applied');
      rows = next;
      const fresh = new HostStore();
      fresh.apply(fullFrame(seq, tableOf(rows)));
      expect(plain(store)).toEqual(plain(fresh));
    }
  },
);
