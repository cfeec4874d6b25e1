import type { KeyboardEvent, ReactNode } from 'react';
import type { Column, TableRow } from './column';
import type { Sort } from './order';
import { cellClass } from './RowView';

interface Props<Row extends TableRow> {
  columns: readonly Column<Row>[];
  places: readonly number[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Ticks all or none; missing where rows cannot be ticked. */
  ticks?: { state: 'none' | 'some' | 'all'; onToggle: () => void };
  /** Where the heads are only read aloud, the focus does not go there. */
  isHidden: boolean;
  /** Goes down into the rows. */
  onLeave: () => void;
}

/** The column heads. One of them is a tab stop; arrows move among them. */
export function TableHeader<Row extends TableRow>(props: Props<Row>): ReactNode {
  const { columns, places, sort, onSort, ticks } = props;
  const hasSorted = columns.some(({ key }) => key === sort.key);
  const firstSortable = columns.find(({ sortKey }) => sortKey)?.key;
  return (
    <div role="rowgroup" className="table-head" onKeyDown={(event) => move(event, props.onLeave)}>
      <div role="row" className="table-head-row" aria-rowindex={1}>
        {ticks ? <TickAll {...ticks} /> : null}
        {columns.map((column, at) => (
          <div
            key={column.key}
            role="columnheader"
            aria-colindex={(places[at] ?? at + 1) + (ticks ? 1 : 0)}
            aria-sort={
              column.key === sort.key ? (sort.descending ? 'descending' : 'ascending') : undefined
            }
            className={`${cellClass(column)}${column.key === sort.key ? ' sorted' : ''}`}
          >
            <Head
              column={column}
              sort={sort}
              isTabStop={!props.isHidden && column.key === (hasSorted ? sort.key : firstSortable)}
              onSort={onSort}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

function TickAll({ state, onToggle }: NonNullable<Props<TableRow>['ticks']>) {
  return (
    <div role="columnheader" aria-colindex={1} className="cell cell-tick">
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        checked={state === 'all'}
        ref={(box) => {
          if (box) box.indeterminate = state === 'some';
        }}
        onChange={onToggle}
        aria-label="Tick all rows that match"
      />
    </div>
  );
}

interface HeadProps<Row extends TableRow> {
  column: Column<Row>;
  sort: Sort;
  isTabStop: boolean;
  onSort: (sort: Sort) => void;
}

function Head<Row extends TableRow>({ column, sort, isTabStop, onSort }: HeadProps<Row>) {
  const { title, label, key, descendingFirst = false } = column;
  if (!column.sortKey)
    return <span className={title ? '' : 'visually-hidden'}>{title || label}</span>;
  const isSorted = key === sort.key;
  const descending = isSorted ? !sort.descending : descendingFirst;
  return (
    <button
      type="button"
      tabIndex={isTabStop ? 0 : -1}
      title={label ? `Sort by ${label}` : undefined}
      onClick={() => onSort({ key, descending })}
    >
      {title}
      {isSorted ? <span aria-hidden="true"> {sort.descending ? '▾' : '▴'}</span> : null}
    </button>
  );
}

/** Arrows go from head to head, down goes to the rows. */
function move(event: KeyboardEvent<HTMLDivElement>, leave: () => void): void {
  if (event.key === 'ArrowDown') {
    event.preventDefault();
    leave();
    return;
  }
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const heads = [...event.currentTarget.querySelectorAll<HTMLElement>('button, input')];
  heads[heads.indexOf(event.target as HTMLElement) + step]?.focus();
}
