import { useVersion } from '../live/hooks';
import type { Trail } from '../live/row';
import type { Tone } from './Bar';
import { largestOf, sparkPaths } from './sparkPaths';

interface Props {
  trail: Trail;
  /** The value at the top edge; the trail's own largest when it is not given. */
  max?: number;
  tone: Tone;
  /** Whether the area under the line is tinted. */
  fill?: boolean;
  /** What it shows, for screen readers; without one it is decoration beside a number. */
  label?: string;
  width?: number;
  height?: number;
}

/** The last minute as a small line. */
export function Spark({ trail, max, tone, fill = false, label, width = 46, height = 16 }: Props) {
  // Trails move on in place, also where the row beside them did not change.
  useVersion();
  const paths = sparkPaths(trail, max ?? largestOf(trail, Number.MIN_VALUE), { width, height });
  const role = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true };
  return (
    <svg
      className={`spark tone-${tone}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      {...role}
    >
      {fill ? <path className="spark-area" d={paths.area} /> : null}
      <path className="spark-line" d={paths.line} />
    </svg>
  );
}
