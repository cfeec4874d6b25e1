import type { Cell } from '../api/gen/Cell';
import type { ColumnChange } from '../api/gen/ColumnChange';
import type { TableChange } from '../api/gen/TableChange';
import type { TableFull } from '../api/gen/TableFull';
import type { TableNew } from '../api/gen/TableNew';

/** The values of one row under the names of their columns. */
export type Cells = Record<string, Cell>;

/** Where a row came from: a full frame knows nothing about when a process began. */
export type Origin = 'full' | 'delta';

/** Makes an entry of the page from a row of the wire. */
export type MakeEntry<Entry> = (
  id: number,
  cells: Cells,
  origin: Origin,
  before: Entry | null,
) => Entry;

/**
 * One table of the stream. A row is replaced by a new object when, and only when, a value in it
 * changes, so that a memoised row component draws just what changed.
 */
export class RowTable<Entry extends { id: number }> {
  readonly rows = new Map<number, Entry>();
  private columns: readonly string[] = [];

  constructor(
    private readonly make: MakeEntry<Entry>,
    private readonly copy: (row: Entry) => Entry,
  ) {}

  /** Takes a whole table. False when it contradicts itself; nothing is changed then. */
  replaceAll(table: TableFull): boolean {
    if (!isEven(table, table.columns.length)) return false;
    this.columns = table.columns;
    const before = new Map(this.rows);
    this.rows.clear();
    this.addRows(table, 'full', before);
    return true;
  }

  /** Takes what changed. False when it does not fit the table; nothing is changed then. */
  change(change: TableChange): boolean {
    const changed = change.changed ?? [];
    if (change.new && !isEven(change.new, this.columns.length)) return false;
    if (!this.columnsFit(changed)) return false;
    for (const id of change.gone ?? []) this.rows.delete(id);
    if (change.new) this.addRows(change.new, 'delta', null);
    this.changeCells(changed);
    return true;
  }

  private addRows(table: TableNew, origin: Origin, before: Map<number, Entry> | null): void {
    table.ids.forEach((id, row) => {
      const cells: Cells = {};
      this.columns.forEach((name, column) => {
        cells[name] = table.values[column]?.[row] ?? null;
      });
      this.rows.set(id, this.make(id, cells, origin, before?.get(id) ?? null));
    });
  }

  private columnsFit(changed: readonly ColumnChange[]): boolean {
    let ids: readonly number[] | undefined;
    for (const entry of changed) {
      ids = entry.ids ?? ids;
      if (!ids || ids.length !== entry.values.length) return false;
      if (this.columns[entry.column] === undefined) return false;
    }
    return true;
  }

  private changeCells(changed: readonly ColumnChange[]): void {
    // A row that changes in several columns is copied once.
    const copied = new Set<number>();
    let ids: readonly number[] = [];
    for (const { column, ids: named, values } of changed) {
      ids = named ?? ids;
      // `columnsFit` has seen that the column exists and that it holds a value for each id.
      const name = this.columns[column] as keyof Entry;
      for (let i = 0; i < ids.length; i += 1) {
        const id = ids[i] as number;
        const value = (values[i] ?? null) as Entry[keyof Entry];
        this.changeCell(copied, id, name, value);
      }
    }
  }

  private changeCell<Name extends keyof Entry>(
    copied: Set<number>,
    id: number,
    name: Name,
    value: Entry[Name],
  ): void {
    let row = this.rows.get(id);
    // A row that went in this very frame may still be named by a column; it is no contradiction.
    if (!row || row[name] === value) return;
    if (!copied.has(id)) {
      copied.add(id);
      row = this.copy(row);
      this.rows.set(id, row);
    }
    row[name] = value;
  }
}

function isEven(table: TableNew, columns: number): boolean {
  const rows = table.ids.length;
  return table.values.length === columns && table.values.every((list) => list.length === rows);
}
