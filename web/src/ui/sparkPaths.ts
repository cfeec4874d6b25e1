import { sampleAt, type Trail } from '../live/row';

/** The box that a spark is drawn in, in units of its view box. */
export interface Box {
  width: number;
  height: number;
}

export interface SparkPaths {
  line: string;
  area: string;
}

/**
 * The paths of a trail. The newest sample is at the right edge, whatever the trail holds, so that
 * one second is as wide in each row. Samples that are not known leave a hole.
 */
export function sparkPaths(trail: Trail, largest: number, box: Box): SparkPaths {
  const slots = trail.values.length;
  const step = box.width / (slots - 1);
  const x = (i: number) => box.width - (trail.length - 1 - i) * step;
  const y = (v: number) =>
    box.height - 1 - Math.min(1, Math.max(0, v / largest)) * (box.height - 2);
  let line = '';
  let area = '';
  for (const [from, to] of runsOf(trail)) {
    const points: string[] = [];
    for (let i = from; i <= to; i += 1) {
      points.push(`${x(i).toFixed(1)} ${y(sampleAt(trail, i)).toFixed(1)}`);
    }
    // A single sample between two holes still shows, as a dot of one step.
    if (from === to) points.push(`${(x(from) + step).toFixed(1)} ${points[0]?.split(' ')[1] ?? 0}`);
    line += `M${points.join('L')}`;
    area += `M${x(from).toFixed(1)} ${box.height}L${points.join('L')}V${box.height}Z`;
  }
  return { line, area };
}

/** Stretches of known samples, as first and last index. */
function runsOf(trail: Trail): [number, number][] {
  const runs: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= trail.length; i += 1) {
    const known = !Number.isNaN(sampleAt(trail, i));
    if (known && from < 0) from = i;
    if (!known && from >= 0) {
      runs.push([from, i - 1]);
      from = -1;
    }
  }
  return runs;
}

/** The largest known sample; `atLeast` when there is no larger one. */
export function largestOf(trail: Trail, atLeast: number): number {
  let largest = atLeast;
  for (let i = 0; i < trail.length; i += 1) {
    const value = sampleAt(trail, i);
    if (value > largest) largest = value;
  }
  return largest;
}
