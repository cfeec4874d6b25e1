import type { Bucket, Span } from './span';
import { xOf } from './span';

/** Bars as one path each: the calm ones and those at or above `hot`, a pixel apart. */
export function barPaths(
  buckets: readonly Bucket[],
  span: Span,
  { floor, hot, pixels }: { floor: number; hot: number; pixels: number },
): { calm: string; busy: string } {
  const paths = { calm: '', busy: '' };
  for (const { time, mean } of buckets) {
    const x = xOf(span, time) - pixels / 2;
    const height = Math.max(1, (Math.min(100, mean) / 100) * (floor - 4));
    const bar = `M${x.toFixed(1)} ${floor}v-${height.toFixed(1)}h${(pixels - 1).toFixed(1)}v${height.toFixed(1)}z`;
    paths[mean >= hot ? 'busy' : 'calm'] += bar;
  }
  return paths;
}
