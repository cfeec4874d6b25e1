/** The rate at the end of the scale, in bytes per second. */
const RATE_MAX = 1e9;

const DECADES = Math.log10(RATE_MAX);

/**
 * How far along the scale a rate lies, 0 to 1. Each factor of ten takes the same length, so that a
 * trickle still shows beside a flood. Nothing is measured below one byte a second.
 */
export function scalePosition(rate: number | null): number {
  if (rate === null || !(rate > 0)) return 0;
  return Math.min(1, Math.log10(1 + rate) / DECADES);
}
