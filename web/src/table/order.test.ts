import { describe, expect, it } from 'vitest';
import { CALM, CalmOrder } from './calm';
import { type Column, fittingColumns, type TableRow } from './column';
import { nextIndex } from './keys';
import { heldOrder, ordered, parseSort, sortText } from './order';
import { NOTHING, toggled, withRange } from './selection';

interface Row extends TableRow {
  readonly cpu: number | null;
}

const row = (id: number, cpu: number | null): Row => ({ id, cpu });
const idsOf = (rows: readonly TableRow[]) => rows.map(({ id }) => id);
const cpuOf = ({ cpu }: Row) => cpu;

describe('ordered', () => {
  const rows = [row(1, 5), row(2, null), row(3, 0), row(4, 80)];

  it('puts what is not known last, whichever way the rows go', () => {
    expect(idsOf(ordered(rows, cpuOf, true))).toEqual([4, 1, 3, 2]);
    expect(idsOf(ordered(rows, cpuOf, false))).toEqual([3, 1, 4, 2]);
  });

  it('keeps equal rows in the order of their ids and reads each key once', () => {
    let read = 0;
    const counting = () => {
      read += 1;
      return 1;
    };
    expect(idsOf(ordered([row(3, 1), row(1, 1), row(2, 1)], counting, true))).toEqual([1, 2, 3]);
    expect(read).toBe(3);
  });

  it('sorts words with numbers in them as people do', () => {
    const names = ['w10', 'w9', 'W1'].map((name, id) => ({ id, name }));
    expect(ordered(names, ({ name }) => name, false).map(({ name }) => name)).toEqual([
      'W1',
      'w9',
      'w10',
    ]);
  });
});

describe('heldOrder', () => {
  it('moves nothing: gone rows leave, new ones stand at the end', () => {
    expect(idsOf(heldOrder([3, 1, 2], [row(1, 9), row(4, 99), row(3, 0)]))).toEqual([3, 1, 4]);
  });
});

describe('CalmOrder', () => {
  const ask = (signature: string) => ({ sortKey: cpuOf, descending: true, signature });
  const first = [row(1, 1), row(2, 2)];
  const swapped = [row(1, 9), row(2, 2)];

  it('sorts anew after two seconds and not before', () => {
    const calm = new CalmOrder<Row>();
    expect(idsOf(calm.take(first, ask(''), false, 0))).toEqual([2, 1]);
    expect(idsOf(calm.take(swapped, ask(''), false, CALM - 1))).toEqual([2, 1]);
    expect(idsOf(calm.take(swapped, ask(''), false, CALM))).toEqual([1, 2]);
  });

  it('holds the order under the hand for as long as it takes', () => {
    const calm = new CalmOrder<Row>();
    calm.take(first, ask(''), true, 0);
    expect(idsOf(calm.take(swapped, ask(''), true, 60_000))).toEqual([2, 1]);
  });

  it('answers another question at once, also under the hand', () => {
    const calm = new CalmOrder<Row>();
    calm.take(first, ask('a'), true, 0);
    expect(idsOf(calm.take(swapped, ask('b'), true, 1))).toEqual([1, 2]);
  });
});

describe('sort in the address bar', () => {
  const fallback = { key: 'cpu_percent', descending: true };

  it('is read and written the same', () => {
    const sort = { key: 'pid', descending: false };
    expect(parseSort(sortText(sort), ['pid'], fallback)).toEqual(sort);
    expect(parseSort('-pid', ['pid'], fallback)).toEqual({ key: 'pid', descending: true });
  });

  it('falls back where there is no such column', () => {
    expect(parseSort('-nonsense', ['pid'], fallback)).toBe(fallback);
    expect(parseSort(null, ['pid'], fallback)).toBe(fallback);
  });
});

describe('fittingColumns', () => {
  const column = (key: string, priority: number): Column<Row> => ({
    key,
    title: key,
    width: 100,
    priority,
    draw: () => null,
  });
  const columns = [column('pid', 0), column('user', 1), column('io', 4), column('net', 5)];
  const keys = (width: number) => fittingColumns(columns, width).map(({ key }) => key);

  it('lets the highest leave first and never those of priority 0', () => {
    expect(keys(400)).toEqual(['pid', 'user', 'io', 'net']);
    expect(keys(399)).toEqual(['pid', 'user', 'io']);
    expect(keys(250)).toEqual(['pid', 'user']);
    expect(keys(1)).toEqual(['pid']);
  });
});

describe('selection', () => {
  it('toggles, and ticks ranges both ways', () => {
    const one = toggled(NOTHING, 7);
    expect([...one]).toEqual([7]);
    expect(toggled(one, 7).size).toBe(0);
    expect([...withRange(one, [5, 6, 7, 8], 3, 1)].sort()).toEqual([6, 7, 8]);
  });
});

describe('nextIndex', () => {
  const table = { count: 10, page: 4 };

  it('moves within the table, and up into the heads by the arrow only', () => {
    expect(nextIndex('j', 9, table)).toBe(9);
    expect(nextIndex('k', 0, table)).toBe(0);
    expect(nextIndex('ArrowUp', 0, table)).toBe(-1);
    expect(nextIndex('PageDown', 7, table)).toBe(9);
    expect(nextIndex('PageUp', 7, table)).toBe(3);
    expect(nextIndex('Home', 5, table)).toBe(0);
    expect(nextIndex('End', 5, table)).toBe(9);
    expect(nextIndex('q', 5, table)).toBeNull();
  });
});
