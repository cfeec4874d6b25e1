import { useId, useRef } from 'react';
import { useHostStore, useVersion } from '../live/hooks';
import { gapsOf } from '../live/timeline';
import { barPaths } from './bars';
import { HatchPattern } from './Hatch';
import { useSize } from './size';
import { barPixels, bucketsOf, gapBoxes, spanOf, tickWords, ticksOf, xOf } from './span';

/** From this share of all cores on, a bar is marked. */
const HOT = 90;
/** Height of the line of times under the bars. */
const AXIS = 14;

/** The CPU of the session so far. Its right edge is the newest sample. */
export function Ribbon() {
  const frame = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(frame);
  return (
    <div className="ribbon" ref={frame}>
      {width > 0 ? <RibbonPicture width={width} height={height} /> : null}
    </div>
  );
}

function RibbonPicture({ width, height }: { width: number; height: number }) {
  useVersion();
  const hatch = useId();
  const store = useHostStore();
  const samples = store.trails.timeline.all;
  if (samples.length === 0) return null;
  const span = spanOf(samples, width);
  const floor = height - AXIS;
  const interval = store.head?.interval ?? 1;
  const pixels = barPixels(span, interval);
  const buckets = bucketsOf(samples, span, pixels, (sample) => sample.cpu);
  const bars = barPaths(buckets, span, { floor, hot: HOT, pixels });
  const gaps = gapBoxes(gapsOf(samples, interval), span);
  const minutes = Math.round((span.to - span.from) / 60_000);
  return (
    <svg width={width} height={height} role="img" aria-label={`CPU of the last ${minutes} minutes`}>
      <HatchPattern id={hatch} />
      <path className="ribbon-calm" d={bars.calm} />
      <path className="ribbon-busy" d={bars.busy} />
      {gaps.map((gap) => (
        <rect
          key={gap.x}
          x={gap.x}
          y={6}
          width={gap.width}
          height={floor - 6}
          fill={`url(#${hatch})`}
        />
      ))}
      <path className="axis-line" d={`M0 ${floor + 0.5}H${width}`} />
      {ticksOf(span).map((time) => (
        <RibbonTick key={time} time={time} x={xOf(span, time)} floor={floor} width={width} />
      ))}
      <path className="ribbon-now" d={`M${width - 1.5} 0V${floor + 4}`} />
    </svg>
  );
}

interface TickProps {
  time: number;
  x: number;
  floor: number;
  width: number;
}

function RibbonTick({ time, x, floor, width }: TickProps) {
  // A label that would be cut by the edge is left out; its mark stays.
  const fits = x + 56 < width;
  return (
    <>
      <path className="axis-line" d={`M${x.toFixed(1)} ${floor}v4`} />
      {fits ? (
        <text className="axis-text" x={x + 4} y={floor + 12}>
          {tickWords(time)}
        </text>
      ) : null}
    </>
  );
}
