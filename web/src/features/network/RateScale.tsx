import { scalePosition } from './scale';

/** Half of the drawing, in pixels: as long as the scale in the column's head. */
const REACH = 60;
const WIDTH = 2 * REACH + 1;

interface Props {
  received: number | null;
  sent: number | null;
}

/** Received to the left, sent to the right, both on the same log scale. The figures say it too. */
export function RateScale({ received, sent }: Props) {
  const left = scalePosition(received) * REACH;
  const right = scalePosition(sent) * REACH;
  return (
    <svg className="rate-scale" width={WIDTH} height="16" aria-hidden="true">
      <path d={`M${REACH + 0.5} 1v14`} className="rate-scale-middle" />
      {left > 0 ? (
        <rect x={REACH - left} y="4" width={left} height="7" className="tone-rx" />
      ) : null}
      {right > 0 ? <rect x={REACH + 1} y="4" width={right} height="7" className="tone-tx" /> : null}
    </svg>
  );
}
