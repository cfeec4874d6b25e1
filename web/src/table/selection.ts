/** The ids that are ticked. A new set for each change, so that memoised parts see it. */
export type Selection = ReadonlySet<number>;

export const NOTHING: Selection = new Set();

/** Ticks what was not ticked and the other way round. */
export function toggled(selection: Selection, id: number): Selection {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Ticks all rows from one place to another, both included. */
export function withRange(
  selection: Selection,
  order: readonly number[],
  from: number,
  to: number,
): Selection {
  const next = new Set(selection);
  for (const id of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(id);
  return next;
}
