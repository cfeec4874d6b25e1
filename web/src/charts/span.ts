import type { HostSample, TimeGap } from '../live/timeline';
import { clock } from '../ui/format';

/** A stretch of time and the pixels it is drawn on. */
export interface Span {
  /** Unix milliseconds of the left and the right edge. */
  from: number;
  to: number;
  width: number;
}

/** How much of the session a chart shows, in minutes: the shortest that holds all of it. */
const LENGTHS = [1, 2, 5, 15];

/** The span that ends with the newest sample. It grows in steps, so that it does not creep. */
export function spanOf(samples: readonly HostSample[], width: number): Span {
  const to = samples.at(-1)?.time ?? 0;
  const held = to - (samples[0]?.time ?? to);
  const minutes = LENGTHS.find((length) => length * 60_000 >= held) ?? 15;
  return { from: to - minutes * 60_000, to, width };
}

export function xOf(span: Span, time: number): number {
  return ((time - span.from) / (span.to - span.from)) * span.width;
}

/** How far times on the axis may stand apart, in seconds. */
const STEPS = [15, 30, 60, 120, 180, 300, 600];

/** Where to write a time on the axis, in Unix milliseconds: about one each 90 pixels. */
export function ticksOf(span: Span): number[] {
  const length = span.to - span.from;
  const wanted = Math.max(1, Math.floor(span.width / 90));
  const step = STEPS.find((s) => length / (s * 1000) <= wanted) ?? 900;
  const ticks: number[] = [];
  const first = Math.ceil(span.from / (step * 1000)) * step * 1000;
  for (let time = first; time <= span.to; time += step * 1000) ticks.push(time);
  return ticks;
}

/** A column of a chart: the samples of a few pixels as one mean. */
export interface Bucket {
  time: number;
  mean: number;
}

/**
 * Means over stretches of `pixels` pixels. The stretches lie on a fixed grid of time, so that old
 * columns keep their value while new ones come.
 */
export function bucketsOf(
  samples: readonly HostSample[],
  span: Span,
  pixels: number,
  pick: (sample: HostSample) => number,
): Bucket[] {
  const step = ((span.to - span.from) / Math.max(1, span.width)) * pixels;
  const buckets: Bucket[] = [];
  let number = Number.NaN;
  let sum = 0;
  let held = 0;
  const close = () => {
    if (held > 0) buckets.push({ time: (number + 0.5) * step, mean: sum / held });
    sum = 0;
    held = 0;
  };
  for (const sample of samples) {
    const value = pick(sample);
    if (sample.time < span.from || Number.isNaN(value)) continue;
    const at = Math.floor(sample.time / step);
    if (at !== number) close();
    number = at;
    sum += value;
    held += 1;
  }
  close();
  return buckets;
}

/** The gaps as pixels, cut at the left edge. */
export function gapBoxes(gaps: readonly TimeGap[], span: Span): { x: number; width: number }[] {
  return gaps
    .filter((gap) => gap.to > span.from)
    .map((gap) => {
      const x = Math.max(0, xOf(span, gap.from));
      return { x, width: Math.max(1, xOf(span, gap.to) - x) };
    });
}

/** The time of a tick: with seconds only where the tick is not on a full minute. */
export function tickWords(time: number): string {
  const words = clock(time / 1000);
  return words.endsWith(':00') ? words.slice(0, 5) : words;
}

/** The width of a bar: three pixels, or one sample where samples stand further apart. */
export function barPixels(span: Span, interval: number): number {
  return Math.max(3, (interval * 1000 * span.width) / (span.to - span.from));
}
