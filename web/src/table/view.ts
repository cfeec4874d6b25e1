import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { parseSort, type Sort, sortText } from './order';

/** What the address bar holds of a table page. */
export interface TableView {
  readonly query: string;
  readonly sort: Sort;
  readonly openId: number | null;
  setQuery: (query: string) => void;
  setSort: (sort: Sort) => void;
  setOpenId: (id: number | null) => void;
}

/** Filter, sort and the open row, kept in the address bar so that a link shows the same. */
export function useTableView(keys: readonly string[], fallback: Sort): TableView {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (name: string, value: string) => {
      const change = (before: URLSearchParams) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      };
      setSearch(change, { replace: true });
    },
    [setSearch],
  );
  const open = search.get('open');
  return {
    query: search.get('q') ?? '',
    sort: parseSort(search.get('sort'), keys, fallback),
    openId: open !== null && /^\d+$/.test(open) ? Number(open) : null,
    setQuery: useCallback((query: string) => set('q', query), [set]),
    setSort: useCallback(
      (sort: Sort) => set('sort', sortText(sort) === sortText(fallback) ? '' : sortText(sort)),
      [set, fallback],
    ),
    setOpenId: useCallback(
      (id: number | null) => set('open', id === null ? '' : String(id)),
      [set],
    ),
  };
}
