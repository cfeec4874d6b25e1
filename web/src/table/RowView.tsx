import { memo, type ReactNode } from 'react';
import type { Column, TableRow } from './column';

interface Props<Row extends TableRow> {
  row: Row;
  columns: readonly Column<Row>[];
  /** The places of `columns` among all columns, counted from 1. */
  places: readonly number[];
  /** Place in the table, counted from 0. */
  index: number;
  top: number;
  height: number;
  isTabStop: boolean;
  isOpen: boolean;
  /** Missing where rows cannot be ticked. */
  isTicked?: boolean;
  name: string;
  className: string;
}

/** One row. It is drawn anew only when its values, its place or its marks changed. */
function RowView<Row extends TableRow>(props: Props<Row>): ReactNode {
  const { row, columns, places, index, isTicked, isOpen, className } = props;
  const ticks = isTicked === undefined ? 0 : 1;
  const marks = `${isTicked ? ' ticked' : ''}${isOpen ? ' open' : ''}`;
  return (
    <div
      role="row"
      className={`table-row ${className}${marks}`}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      data-id={row.id}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isTicked}
      aria-current={isOpen || undefined}
      tabIndex={props.isTabStop ? 0 : -1}
    >
      {isTicked === undefined ? null : (
        <div role="gridcell" aria-colindex={1} className="cell cell-tick" data-tick>
          <input
            type="checkbox"
            className="tick"
            tabIndex={-1}
            checked={isTicked}
            readOnly
            aria-label={`Tick ${props.name}`}
          />
        </div>
      )}
      {columns.map((column, at) => (
        <div
          key={column.key}
          role="gridcell"
          aria-colindex={(places[at] ?? at + 1) + ticks}
          className={cellClass(column)}
        >
          {column.draw(row)}
        </div>
      ))}
    </div>
  );
}

/** The classes of a cell and of its header. */
export function cellClass<Row extends TableRow>(column: Column<Row>): string {
  const right = column.align === 'right' ? ' cell-right' : '';
  return `cell${right}${column.className ? ` ${column.className}` : ''}`;
}

// `memo` forgets that a component is generic.
export const MemoRow = memo(RowView) as typeof RowView;
