import { useId, useRef } from 'react';
import { useHostStore, useVersion } from '../live/hooks';
import { gapsOf } from '../live/timeline';
import { HatchPattern } from './Hatch';
import { useSize } from './size';
import { gapBoxes, spanOf, tickWords, ticksOf, xOf } from './span';
import { type Layer, stackPaths } from './stack';

interface Props {
  layers: readonly Layer[];
  /** What it shows, with its figure, for those who cannot see it. */
  label: string;
  /** Whether times and percents stand at the edges. */
  axes?: boolean;
}

const LEFT = 34;
const BOTTOM = 18;
const LINES = [0, 25, 50, 75, 100];

/** Shares of a whole over the session so far, 0 to 100 %. */
export function StackChart({ layers, label, axes = true }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(frame);
  const drawn = width > 60 && height > 20;
  return (
    <div className="chart" ref={frame}>
      {drawn ? (
        <Picture layers={layers} label={label} axes={axes} size={{ width, height }} />
      ) : null}
    </div>
  );
}

type PictureProps = Required<Props> & { size: { width: number; height: number } };

function Picture({ layers, label, axes, size: { width, height } }: PictureProps) {
  useVersion();
  const hatch = useId();
  const store = useHostStore();
  const samples = store.trails.timeline.all;
  const left = axes ? LEFT : 0;
  const [top, floor] = axes ? [7, height - BOTTOM] : [1, height - 1];
  const span = spanOf(samples, width - left - 1);
  const interval = store.head?.interval ?? 1;
  const stack = stackPaths(samples, layers, { span, top, floor }, interval * 2500);
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <HatchPattern id={hatch} />
      {axes ? <Grid width={width} top={top} floor={floor} /> : null}
      <g transform={`translate(${left} 0)`}>
        {stack.map(({ name, tone, area, line }) => (
          <g key={name} className={`tone-${tone}`}>
            <path className="chart-area" d={area} />
            <path className="chart-line" d={line} />
          </g>
        ))}
        {gapBoxes(gapsOf(samples, interval), span).map((gap) => (
          <rect
            key={gap.x}
            x={gap.x}
            y={top}
            width={gap.width}
            height={floor - top}
            fill={`url(#${hatch})`}
          />
        ))}
        {axes
          ? ticksOf(span).map((time) => (
              <Tick key={time} x={xOf(span, time)} floor={floor} time={time} width={span.width} />
            ))
          : null}
      </g>
    </svg>
  );
}

function Grid({ width, top, floor }: { width: number; top: number; floor: number }) {
  return LINES.map((value) => {
    const y = Math.round(floor - (value / 100) * (floor - top)) + 0.5;
    return (
      <g key={value}>
        <path className={value === 0 ? 'axis-line' : 'grid-line'} d={`M${LEFT} ${y}H${width}`} />
        <text className="axis-text" x={LEFT - 5} y={y + 4} textAnchor="end">
          {value === 100 ? '100%' : value}
        </text>
      </g>
    );
  });
}

function Tick({
  x,
  floor,
  time,
  width,
}: {
  x: number;
  floor: number;
  time: number;
  width: number;
}) {
  const anchor = x < 24 ? 'start' : x > width - 24 ? 'end' : 'middle';
  return (
    <>
      <path className="axis-line" d={`M${x.toFixed(1)} ${floor}v3`} />
      <text className="axis-text" x={x} y={floor + 14} textAnchor={anchor}>
        {tickWords(time)}
      </text>
    </>
  );
}
