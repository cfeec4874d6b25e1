import '../styles/table.css';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type Column, fittingColumns, gridTemplate, type TableRow } from './column';
import { nextIndex } from './keys';
import type { Sort } from './order';
import { MemoRow } from './RowView';
import { NOTHING, type Selection, toggled, withRange } from './selection';
import { TableHeader } from './TableHeader';
import { useWidth } from './width';

const HEAD_HEIGHT = 28;
const TICK_WIDTH = 40;

interface Props<Row extends TableRow> {
  label: string;
  /** A list that stays the same between draws. */
  columns: readonly Column<Row>[];
  /** In the order to be shown. */
  rows: readonly Row[];
  rowHeight: number;
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** What a row is called where it is ticked. */
  rowName: (row: Row) => string;
  rowClass?: (row: Row) => string;
  /** Rows can be ticked where both are given. */
  selection?: Selection;
  onSelection?: (selection: Selection) => void;
  openId?: number | null;
  onOpen?: (row: Row) => void;
  /** Whether pointer or focus is on the rows, so that their order should stay. */
  onHold?: (held: boolean) => void;
  /** The row that has the focus. */
  onFocusRow?: (row: Row | null) => void;
  /** Kept in sight as the order changes. */
  followedId?: number | null;
  /** Where the heads would take room that is not there. They are still read aloud. */
  hidesHeads?: boolean;
  /** In place of rows when there are none. */
  empty?: ReactNode;
}

/** A table that draws only the rows in sight, so that 10,000 cost no more than forty. */
export function VirtualTable<Row extends TableRow>(props: Props<Row>): ReactNode {
  const { rows, rowHeight, columns, selection, openId } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const ticking = Boolean(selection && props.onSelection);
  const width = useWidth(scroller) - (ticking ? TICK_WIDTH : 0);
  const shown = useMemo(() => fittingColumns(columns, width), [columns, width]);
  const places = useMemo(() => shown.map((c) => columns.indexOf(c) + 1), [shown, columns]);
  const cursor = useCursor(rows, scroller);
  const headHeight = props.hidesHeads ? 0 : HEAD_HEIGHT;
  const focusedIndex = cursor.index;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor: useCallback(
      (range: Range) => withFocused(defaultRangeExtractor(range), focusedIndex, range.count),
      [focusedIndex],
    ),
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const { followedId } = props;
  useLayoutEffect(() => {
    const at = typeof followedId !== 'number' ? -1 : rows.findIndex(({ id }) => id === followedId);
    if (at >= 0) virtualizer.scrollToIndex(at, { align: 'auto' });
  }, [virtualizer, followedId, rows]);

  const goTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    virtualizer.scrollToIndex(index, { align: 'auto' });
    cursor.focus(row.id);
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
  const onKeyDown = (event: KeyboardEvent) => handleKey(event, { ...props, page, goTo, scroller });
  const template = `${ticking ? `${TICK_WIDTH}px ` : ''}${gridTemplate(shown)}`;
  const tabStop = focusedIndex >= 0 ? focusedIndex : 0;
  return (
    <div
      className={`table-place${props.hidesHeads ? ' heads-hidden' : ''}`}
      onPointerEnter={(event) =>
        event.pointerType === 'mouse' && cursor.hold('pointer', true, props)
      }
      onPointerLeave={() => cursor.hold('pointer', false, props)}
    >
      <div
        ref={scroller}
        className="table-scroller"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + (ticking ? 1 : 0)}
        aria-multiselectable={ticking || undefined}
        style={{ '--columns': template } as CSSProperties}
      >
        <TableHeader
          columns={shown}
          places={places}
          sort={props.sort}
          onSort={props.onSort}
          ticks={ticking ? allTicks(props) : undefined}
          isHidden={props.hidesHeads ?? false}
          onLeave={() => goTo(tabStop)}
        />
        <div
          role="rowgroup"
          className="table-body"
          style={{ height: rows.length * rowHeight }}
          onKeyDown={onKeyDown}
          onClick={(event) => handleClick(event, props)}
          onFocus={(event) => cursor.entered(event, props)}
          onBlur={(event) => cursor.left(event, props)}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row ? (
              <MemoRow
                key={row.id}
                row={row}
                columns={shown}
                places={places}
                index={index}
                top={start - headHeight}
                height={rowHeight}
                isTabStop={index === tabStop}
                isOpen={row.id === openId}
                isTicked={ticking ? selection?.has(row.id) : undefined}
                name={props.rowName(row)}
                className={props.rowClass?.(row) ?? ''}
              />
            ) : null;
          })}
        </div>
      </div>
      {rows.length === 0 ? props.empty : null}
    </div>
  );
}

/** Which row has the focus, also while rows come, go and move. */
function useCursor<Row extends TableRow>(
  rows: readonly Row[],
  scroller: { readonly current: HTMLElement | null },
) {
  const [focusedId, setFocusedId] = useState<number | null>(null);
  const wanted = useRef<number | null>(null);
  const last = useRef({ index: 0, inside: false });
  const holds = useRef(new Set<string>());
  const index = useMemo(
    () => (focusedId === null ? -1 : rows.findIndex(({ id }) => id === focusedId)),
    [rows, focusedId],
  );
  // The row under the focus has ended: the one in its place takes over, not the page.
  useLayoutEffect(() => {
    if (index >= 0) last.current.index = index;
    if (index >= 0 || focusedId === null || !last.current.inside) return;
    const heir = rows[Math.min(last.current.index, rows.length - 1)];
    wanted.current = heir?.id ?? null;
    setFocusedId(heir?.id ?? null);
  }, [index, focusedId, rows]);
  // The row may be drawn only after it was scrolled to, so every draw looks for it.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-id="${wanted.current}"]`);
    if (!element) return;
    wanted.current = null;
    element.focus({ preventScroll: true });
  });
  const hold = (by: 'pointer' | 'focus', held: boolean, { onHold }: Pick<Props<Row>, 'onHold'>) => {
    if (held) holds.current.add(by);
    else holds.current.delete(by);
    onHold?.(holds.current.size > 0);
  };
  return {
    index,
    hold,
    focus: (id: number) => {
      wanted.current = id;
      last.current.inside = true;
      setFocusedId(id);
    },
    entered: (event: FocusEvent, props: Props<Row>) => {
      const row = rowOf(event.target, rows);
      last.current.inside = true;
      setFocusedId(row?.id ?? null);
      props.onFocusRow?.(row ?? null);
      hold('focus', true, props);
    },
    left: (event: FocusEvent, props: Props<Row>) => {
      if (event.currentTarget.contains(event.relatedTarget)) return;
      // A row that is taken away blurs to nowhere; its heir gets the focus then.
      if (!event.relatedTarget && !event.target.isConnected) return;
      last.current.inside = false;
      hold('focus', false, props);
    },
  };
}

/** The rows in sight and the focused one, so that the focus is not lost by scrolling. */
function withFocused(range: number[], focused: number, count: number): number[] {
  if (focused < 0 || focused >= count || range.includes(focused)) return range;
  return [...range, focused].sort((a, b) => a - b);
}

function rowOf<Row extends TableRow>(target: EventTarget, rows: readonly Row[]): Row | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
  return element ? rows[Number(element.dataset['index'])] : undefined;
}

function allTicks<Row extends TableRow>({ rows, selection = NOTHING, onSelection }: Props<Row>) {
  const ticked = rows.reduce((sum, { id }) => sum + (selection.has(id) ? 1 : 0), 0);
  const state = ticked === 0 ? 'none' : ticked === rows.length ? 'all' : 'some';
  const onToggle = () =>
    onSelection?.(state === 'all' ? NOTHING : new Set(rows.map(({ id }) => id)));
  return { state, onToggle } as const;
}

function handleClick<Row extends TableRow>(event: MouseEvent, props: Props<Row>): void {
  const { rows, selection = NOTHING, onSelection, onOpen } = props;
  const row = rowOf(event.target, rows);
  if (!row || !(event.target instanceof Element) || event.target.closest('a')) return;
  if (!event.target.closest('[data-tick]')) {
    onOpen?.(row);
    return;
  }
  onSelection?.(toggled(selection, row.id));
}

type KeyContext<Row extends TableRow> = Props<Row> & {
  page: number;
  goTo: (index: number) => void;
  scroller: { readonly current: HTMLElement | null };
};

function handleKey<Row extends TableRow>(event: KeyboardEvent, context: KeyContext<Row>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { rows, selection = NOTHING, onSelection } = context;
  const row = rowOf(event.target, rows);
  if (!row) return;
  const index = rows.indexOf(row);
  const next = nextIndex(event.key, index, { count: rows.length, page: context.page });
  if (event.key === 'Enter') {
    if (event.target instanceof HTMLAnchorElement) return;
    context.onOpen?.(row);
  } else if (event.key === ' ') onSelection?.(toggled(selection, row.id));
  else if (next === null) return;
  else if (next < 0) focusHead(context.scroller.current);
  else {
    if (event.shiftKey && onSelection) {
      onSelection(
        withRange(
          selection,
          rows.map(({ id }) => id),
          index,
          next,
        ),
      );
    }
    context.goTo(next);
  }
  event.preventDefault();
  event.stopPropagation();
}

function focusHead(scroller: HTMLElement | null): void {
  scroller?.querySelector<HTMLElement>('.table-head button[tabindex="0"]')?.focus();
}
