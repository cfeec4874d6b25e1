import type { HostSample } from '../live/timeline';
import { bucketsOf, type Span, xOf } from './span';

/** One layer of a stacked chart. */
export interface Layer {
  name: string;
  tone: string;
  pick: (sample: HostSample) => number;
}

export interface StackPath {
  tone: string;
  name: string;
  area: string;
  line: string;
}

/** Where a chart is drawn: `top` is 100 %, `floor` is 0. */
export interface Frame {
  span: Span;
  top: number;
  floor: number;
}

/** Columns of a chart are this wide; finer would not be seen. */
const COLUMN = 2;

/** The layers one upon the other, as areas and their upper lines. Nothing is drawn over a gap. */
export function stackPaths(
  samples: readonly HostSample[],
  layers: readonly Layer[],
  frame: Frame,
  gapMilliseconds: number,
): StackPath[] {
  const { span } = frame;
  const columns = layers.map(({ pick }) => bucketsOf(samples, span, COLUMN, pick));
  const times = (columns[0] ?? []).map((bucket) => bucket.time);
  const step = ((span.to - span.from) / Math.max(1, span.width)) * COLUMN;
  const runs = runsOf(times, gapMilliseconds + step);
  const sums = new Float64Array(times.length);
  return layers.map(({ name, tone }, i) => {
    const below = Float64Array.from(sums);
    columns[i]?.forEach((bucket, at) => {
      sums[at] = (sums[at] ?? 0) + bucket.mean;
    });
    return { name, tone, ...pathsOf(runs, times, below, sums, frame) };
  });
}

/** Stretches of columns with no gap between neighbours, as first and last index. */
function runsOf(times: readonly number[], limit: number): [number, number][] {
  const runs: [number, number][] = [];
  let from = 0;
  for (let i = 1; i <= times.length; i += 1) {
    const apart = (times[i] ?? Number.POSITIVE_INFINITY) - (times[i - 1] ?? 0);
    if (apart <= limit) continue;
    runs.push([from, i - 1]);
    from = i;
  }
  return runs;
}

function pathsOf(
  runs: readonly [number, number][],
  times: readonly number[],
  below: Float64Array,
  above: Float64Array,
  { span, top, floor }: Frame,
): { area: string; line: string } {
  const x = (i: number) => Math.min(span.width, Math.max(0, xOf(span, times[i] ?? 0))).toFixed(1);
  const y = (value: number) =>
    (floor - (Math.min(100, Math.max(0, value)) / 100) * (floor - top)).toFixed(1);
  let area = '';
  let line = '';
  for (const [from, to] of runs) {
    const upper: string[] = [];
    const lower: string[] = [];
    for (let i = from; i <= to; i += 1) {
      upper.push(`${x(i)} ${y(above[i] ?? 0)}`);
      lower.unshift(`${x(i)} ${y(below[i] ?? 0)}`);
    }
    line += `M${upper.join('L')}`;
    area += `M${upper.join('L')}L${lower.join('L')}Z`;
  }
  return { area, line };
}
