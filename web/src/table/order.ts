import type { TableRow } from './column';

/** What rows are compared by; null is not known and stands last whichever way the rows go. */
export type SortKey = number | string | null;

/** A column and which end comes first. */
export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

/** Reads `-cpu_percent`; anything that is not one of `keys` is the fallback. */
export function parseSort(text: string | null, keys: readonly string[], fallback: Sort): Sort {
  if (!text) return fallback;
  const descending = text.startsWith('-');
  const key = descending ? text.slice(1) : text;
  return keys.includes(key) ? { key, descending } : fallback;
}

/** The text `parseSort` reads. */
export function sortText({ key, descending }: Sort): string {
  return descending ? `-${key}` : key;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Rows in order. Each key is read once; equal rows stand in the order of their ids. */
export function ordered<Row extends TableRow>(
  rows: readonly Row[],
  sortKey: (row: Row) => SortKey,
  descending: boolean,
): Row[] {
  const keyed = rows.map((row) => ({ row, key: sortKey(row) }));
  const direction = descending ? -1 : 1;
  keyed.sort((a, b) => compare(a.key, b.key, direction) || a.row.id - b.row.id);
  return keyed.map(({ row }) => row);
}

function compare(a: SortKey, b: SortKey, direction: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * direction;
  return collator.compare(String(a), String(b)) * direction;
}

/**
 * Rows in the order they stood in before: those that went are gone, those that came stand at the
 * end in the order given. Nothing moves under the hand.
 */
export function heldOrder<Row extends TableRow>(
  before: readonly number[],
  rows: readonly Row[],
): Row[] {
  const left = new Map(rows.map((row) => [row.id, row]));
  const held: Row[] = [];
  for (const id of before) {
    const row = left.get(id);
    if (!row) continue;
    held.push(row);
    left.delete(id);
  }
  held.push(...left.values());
  return held;
}
