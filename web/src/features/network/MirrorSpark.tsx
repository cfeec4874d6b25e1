import { largestOf, sparkPaths } from '../../ui/sparkPaths';
import type { InterfaceTrails } from './interfaceTrails';

const WIDTH = 130;
const HALF = 20;

/** Below this rate the line stays low, so that a few packets do not look like a flood. */
const LEAST_TOP = 1000;

/** Sent above the line, received below it, both on one scale. */
export function MirrorSpark({ trails }: { trails: InterfaceTrails }) {
  const top = largestOf(trails.sent, largestOf(trails.received, LEAST_TOP));
  const box = { width: WIDTH, height: HALF };
  const sent = sparkPaths(trails.sent, top, box);
  const received = sparkPaths(trails.received, top, box);
  return (
    <svg className="mirror-spark" width={WIDTH} height={HALF * 2 + 1} aria-hidden="true">
      <g className="tone-tx">
        <path d={sent.area} className="spark-area" />
        <path d={sent.line} className="spark-line" />
      </g>
      <g className="tone-rx" transform={`matrix(1 0 0 -1 0 ${HALF * 2 + 1})`}>
        <path d={received.area} className="spark-area" />
        <path d={received.line} className="spark-line" />
      </g>
      <path d={`M0 ${HALF + 0.5}H${WIDTH}`} className="mirror-spark-middle" />
    </svg>
  );
}
