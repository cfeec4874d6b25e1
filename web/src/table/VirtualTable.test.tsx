import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Column, TableRow } from './column';
import type { Sort } from './order';
import { NOTHING, type Selection } from './selection';
import { VirtualTable } from './VirtualTable';

interface Row extends TableRow {
  readonly name: string;
}

const ROWS: readonly Row[] = Array.from({ length: 500 }, (_, i) => ({
  id: 1000 + i,
  name: `p${i}`,
}));
const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 100,
    priority: 0,
    sortKey: (r) => r.name,
    draw: (r) => r.name,
  },
  { key: 'id', title: 'Id', width: 60, priority: 0, sortKey: (r) => r.id, draw: (r) => r.id },
];

interface Spies {
  onOpen: (row: Row) => void;
  onSelection: (selection: Selection) => void;
}

function Table({ rows = ROWS, onOpen, onSelection }: Partial<Spies> & { rows?: readonly Row[] }) {
  const [selection, setSelection] = useState(NOTHING);
  const [sort, setSort] = useState<Sort>({ key: 'name', descending: false });
  return (
    <VirtualTable
      label="Things"
      columns={COLUMNS}
      rows={rows}
      rowHeight={24}
      sort={sort}
      onSort={setSort}
      rowName={(row) => row.name}
      selection={selection}
      onSelection={(next) => {
        setSelection(next);
        onSelection?.(next);
      }}
      onOpen={onOpen}
    />
  );
}

beforeEach(() => {
  // happy-dom lays nothing out; the table needs a height to know what is in sight.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(480);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(480);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const press = (key: string, init: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...init });
const focusFirst = () => screen.getByRole('row', { name: /p0 / }).focus();
const focusedName = () => document.activeElement?.textContent;

describe('VirtualTable', () => {
  it('draws the rows in sight only, and tells how many there are', () => {
    render(<Table />);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('501');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByRole('row', { name: /p0 / }).getAttribute('aria-rowindex')).toBe('2');
  });

  it('has one tab stop among the rows, and it moves with the focus', () => {
    const { container } = render(<Table />);
    const stops = () => [...container.querySelectorAll('.table-row[tabindex="0"]')];
    expect(stops()).toHaveLength(1);
    focusFirst();
    press('j');
    press('ArrowDown');
    expect(focusedName()).toContain('p2');
    expect(stops().map((stop) => stop.textContent)).toEqual([focusedName()]);
    press('k');
    expect(focusedName()).toContain('p1');
  });

  it('opens with Enter, ticks with Space and a range with Shift and an arrow', () => {
    const onOpen = vi.fn();
    const onSelection = vi.fn();
    render(<Table onOpen={onOpen} onSelection={onSelection} />);
    focusFirst();
    press('Enter');
    expect(onOpen).toHaveBeenCalledWith(ROWS[0]);
    press(' ');
    expect([...onSelection.mock.lastCall?.[0]]).toEqual([1000]);
    press('ArrowDown', { shiftKey: true });
    press('ArrowDown', { shiftKey: true });
    expect([...onSelection.mock.lastCall?.[0]]).toEqual([1000, 1001, 1002]);
    expect(screen.getByRole('row', { name: /p2 / }).getAttribute('aria-selected')).toBe('true');
  });

  it('goes from the first row to the heads and back', () => {
    render(<Table />);
    focusFirst();
    press('ArrowUp');
    expect(focusedName()).toContain('Name');
    press('ArrowRight');
    expect(focusedName()).toBe('Id');
    press('ArrowDown');
    expect(focusedName()).toContain('p0');
  });

  it('sorts by a head and says which way', () => {
    render(<Table />);
    const head = screen.getByRole('columnheader', { name: /Name/ });
    expect(head.getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(screen.getByRole('button', { name: /Name/ }));
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });

  it('keeps the focus on the same row when rows move, and on its place when it ends', () => {
    const { rerender } = render(<Table />);
    focusFirst();
    press('j');
    const [a, b, c, ...rest] = ROWS as [Row, Row, Row, ...Row[]];
    rerender(<Table rows={[b, c, a, ...rest]} />);
    expect(focusedName()).toContain('p1');
    rerender(<Table rows={[c, a, ...rest]} />);
    expect(focusedName()).toContain('p2');
  });
});
