/** Why a filter was not understood, and where. */
export class FilterMistake extends Error {
  constructor(
    /** In characters from the start, counted from 0. */
    readonly position: number,
    message: string,
    /** What would be right. */
    readonly hint: string,
  ) {
    super(message);
  }
}
