import { useMemo, useState } from 'react';
import { CalmOrder } from './calm';
import type { Column, TableRow } from './column';
import type { FilterSchema } from './filter/field';
import type { FilterMistake } from './filter/mistake';
import { parseFilter, type Passes } from './filter/parse';
import { type Sort, sortText } from './order';

/** A live table's rows as they are to be shown. */
export interface LiveRows<Row> {
  readonly rows: readonly Row[];
  /** How many there are without the filter. */
  readonly total: number;
  readonly mistake: FilterMistake | null;
}

interface Source<Row extends TableRow> {
  /** Changed in place; `version` tells when. */
  readonly table: ReadonlyMap<number, Row>;
  readonly version: number;
  readonly columns: readonly Column<Row>[];
  readonly schema: FilterSchema<Row>;
  readonly query: string;
  readonly sort: Sort;
  readonly held: boolean;
}

/** Filters and sorts a table of the stream, calmly. */
export function useLiveRows<Row extends TableRow>(source: Source<Row>): LiveRows<Row> {
  const { table, version, columns, schema, query, sort, held } = source;
  const [calm] = useState(() => new CalmOrder<Row>());
  const { passes, mistake, query: answered } = useLastGoodFilter(query, schema);
  const rows = useMemo(() => {
    const sortKey = columns.find(({ key }) => key === sort.key)?.sortKey ?? ((row: Row) => row.id);
    const signature = `${sortText(sort)} ${answered}`;
    const question = { sortKey, descending: sort.descending, signature };
    return calm.take(matching(table, passes), question, held, performance.now());
    // The table changes in place, so its version stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [calm, table, version, columns, passes, answered, sort.key, sort.descending, held]);
  return { rows, total: table.size, mistake };
}

/** While a filter is being typed it is often half a term; the last good one stays in force. */
function useLastGoodFilter<Row>(query: string, schema: FilterSchema<Row>) {
  const parsed = useMemo(() => parseFilter(query, schema), [query, schema]);
  const [good, setGood] = useState({ query: '', passes: null as Passes<Row> | null });
  if (!parsed.mistake && good.query !== query) setGood({ query, passes: parsed.passes });
  const inForce = parsed.mistake ? good : { query, passes: parsed.passes };
  return { ...inForce, mistake: parsed.mistake };
}

function matching<Row>(table: ReadonlyMap<number, Row>, passes: Passes<Row> | null): Row[] {
  if (!passes) return [...table.values()];
  const rows: Row[] = [];
  for (const row of table.values()) if (passes(row)) rows.push(row);
  return rows;
}
