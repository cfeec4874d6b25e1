import type { ReactNode } from 'react';
import type { SortKey } from './order';

/** What every table row has: a number that is never used for another row. */
export interface TableRow {
  readonly id: number;
}

/** One column of a table. */
export interface Column<Row extends TableRow> {
  /** The field it sorts by, as it stands in the address bar. */
  readonly key: string;
  readonly title: string;
  /** What a screen reader and a tooltip say in place of a short title. */
  readonly label?: string;
  /** Pixels; the least it needs when it grows. */
  readonly width: number;
  readonly grows?: boolean;
  readonly align?: 'right';
  /** 0 never leaves; when width runs out the highest leaves first. */
  readonly priority: number;
  /** Missing when the column cannot be sorted by. */
  readonly sortKey?: (row: Row) => SortKey;
  /** Which way a first click sorts. */
  readonly descendingFirst?: boolean;
  readonly className?: string;
  readonly draw: (row: Row) => ReactNode;
}

/** The columns that fit into `width`, in their order; those that never leave stay at any width. */
export function fittingColumns<Row extends TableRow>(
  columns: readonly Column<Row>[],
  width: number,
): readonly Column<Row>[] {
  const leaving = [...columns]
    .filter((column) => column.priority > 0)
    .sort((a, b) => b.priority - a.priority);
  const gone = new Set<string>();
  let needed = columns.reduce((sum, column) => sum + column.width, 0);
  for (const column of leaving) {
    if (needed <= width) break;
    needed -= column.width;
    gone.add(column.key);
  }
  return columns.filter((column) => !gone.has(column.key));
}

/** The value of `grid-template-columns` for these columns. */
export function gridTemplate<Row extends TableRow>(columns: readonly Column<Row>[]): string {
  return columns
    .map(({ width, grows }) => (grows ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ');
}
