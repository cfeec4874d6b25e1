import { useEffect, useRef } from 'react';
import { useHead, useHostStore, useVersion } from '../live/hooks';
import { sampleAt, type Trail, TRAIL_LENGTH } from '../live/row';
import { DASH } from '../ui/format';
import { useSize } from './size';

/** From this share on, a core's number is marked. */
const HOT = 90;

/** So many numbers fit under each other; with more cores, only some carry theirs. */
const LABELS = 16;
/** Height of one number. */
const LABEL_HEIGHT = 11.5;

/** Each core as a strip of its last minute, the number now behind it. */
export function CoreStrip() {
  const cores = useHead()?.cpu_per_core ?? [];
  const shown = Math.ceil(cores.length / LABELS);
  return (
    <div className="cores" role="img" aria-label={coresInWords(cores)}>
      <div
        className="cores-rows"
        style={{ minHeight: Math.min(cores.length, LABELS) * LABEL_HEIGHT }}
      >
        <ol className="cores-names">
          {cores.map((_, core) => (
            <li key={core}>
              {core % Math.max(2, shown * 2) === 0 || cores.length < 9 ? core : ''}
            </li>
          ))}
        </ol>
        <CoreCanvas />
        <ol className="cores-now">
          {cores.map((busy, core) => (
            <li key={core} className={busy !== null && busy >= HOT ? 'hot' : undefined}>
              {core % shown === 0 ? (busy?.toFixed(0) ?? DASH) : ''}
            </li>
          ))}
        </ol>
      </div>
      <p className="cores-axis">
        <span>1 min ago</span>
        <span>now, %</span>
      </p>
    </div>
  );
}

/** The cores for those who cannot see the strip. */
export function coresInWords(cores: readonly (number | null)[]): string {
  const parts = cores.map((busy, core) => `${core}: ${busy?.toFixed(0) ?? 'not known'}`);
  return `Percent busy of each core. ${parts.join(', ')}`;
}

/** A canvas, because 60 cells a core each second would be thousands of elements. */
function CoreCanvas() {
  const version = useVersion();
  const store = useHostStore();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(frame);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, store.trails.cores, width, height);
  }, [version, store, width, height]);
  return (
    <div className="cores-strip" ref={frame}>
      <canvas ref={canvas} />
    </div>
  );
}

function paint(canvas: HTMLCanvasElement, cores: readonly Trail[], width: number, height: number) {
  const context = canvas.getContext('2d');
  if (!context || width === 0 || cores.length === 0) return;
  const scale = devicePixelRatio;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  const row = height / cores.length;
  const column = width / TRAIL_LENGTH;
  const style = getComputedStyle(canvas);
  const colour = style.getPropertyValue('--s-cpu');
  const track = style.getPropertyValue('--track');
  cores.forEach((trail, core) => {
    for (let i = 0; i < trail.length; i += 1) {
      const busy = sampleAt(trail, i);
      const x = width - (trail.length - i) * column;
      const unknown = Number.isNaN(busy);
      context.fillStyle = unknown ? track : colour;
      // An idle core still shows as measured; a sample that is missing is a flat grey.
      context.globalAlpha = unknown ? 1 : 0.06 + 0.94 * Math.min(1, busy / 100);
      context.fillRect(x, core * row, Math.max(1, column - 0.6), Math.max(1, row - 1.5));
    }
  });
}
