import type { TableRow } from './column';
import { heldOrder, ordered, type SortKey } from './order';

/** Rows are sorted anew at most this often, in milliseconds. */
export const CALM = 2000;

/** What is asked of a table besides its rows. */
export interface Question<Row> {
  readonly sortKey: (row: Row) => SortKey;
  readonly descending: boolean;
  /** Changes when somebody changed sort or filter: then the answer is due at once. */
  readonly signature: string;
}

/** The order of a live table. It does not move under the hand, and else every 2 s at most. */
export class CalmOrder<Row extends TableRow> {
  private ids: readonly number[] = [];
  private sortedAt = Number.NEGATIVE_INFINITY;
  private signature: string | null = null;

  take(rows: readonly Row[], question: Question<Row>, held: boolean, now: number): Row[] {
    const asked = question.signature !== this.signature;
    // Rows that came with the very first frame are not a change to be held back.
    const due = asked || this.ids.length === 0 || (!held && now - this.sortedAt >= CALM);
    const answer = due
      ? ordered(rows, question.sortKey, question.descending)
      : heldOrder(this.ids, rows);
    if (due) this.sortedAt = now;
    this.signature = question.signature;
    this.ids = answer.map((row) => row.id);
    return answer;
  }
}
