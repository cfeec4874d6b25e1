import type { GapReply } from '../../api/gen/GapReply';
import type { PressureReply } from '../../api/gen/PressureReply';
import type { SystemReply } from '../../api/gen/SystemReply';
import type { Trail } from '../../live/row';
import type { HostTrails } from '../../live/store';
import type { Tone } from '../../ui/Bar';
import { Figure } from '../../ui/Figure';
import { percent } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Spark } from '../../ui/Spark';
import { LIMITS } from './finding';
import { pressureWords } from './pressure';

interface Props {
  system: SystemReply;
  gaps: readonly GapReply[];
  trails: HostTrails;
}

/** How much work waits for what it needs, in words, or why nobody knows. */
export function PressurePanel({ system, gaps, trails }: Props) {
  return (
    <section className="panel panel-pressure" aria-labelledby="pressure-title">
      <header className="panel-head">
        <h2 id="pressure-title">Pressure</h2>
        <span>tasks waiting, 10 s</span>
      </header>
      {system.pressure ? (
        <Pressures pressure={system.pressure} trails={trails} />
      ) : (
        <p className="panel-absent">
          <Icon name="lock" />
          {gaps.find(({ what }) => what.includes('pressure'))?.detail ??
            'This kernel tells no pressure.'}
        </p>
      )}
    </section>
  );
}

function Pressures({ pressure, trails }: { pressure: PressureReply; trails: HostTrails }) {
  const words = pressureWords(pressure);
  return (
    <>
      <Row
        name="I/O"
        share={pressure.io_some}
        limit={LIMITS.ioPressure}
        trail={trails.ioPressure}
        tone="io"
        words={words.io}
      />
      <Row
        name="CPU"
        share={pressure.cpu_some}
        limit={LIMITS.cpuPressure}
        trail={trails.cpuPressure}
        tone="cpu"
        words={words.cpu}
      />
      <Row
        name="Memory"
        share={pressure.memory_some}
        limit={LIMITS.memoryPressure}
        trail={trails.memoryPressure}
        tone="memory"
        words={words.memory}
      />
    </>
  );
}

interface RowProps {
  name: string;
  share: number;
  limit: number;
  trail: Trail;
  tone: Tone;
  words: string;
}

/** The top of a line in percent, so that a trace of pressure does not look like a peak. */
const SCALE = 20;

function Row({ name, share, limit, trail, tone, words }: RowProps) {
  const high = share >= limit;
  return (
    <div className="pressure">
      <p className="pressure-head">
        <b>{name}</b>
        {high ? <Icon name="warning" className="warn" /> : null}
        <b className={high ? 'pressure-now warn' : 'pressure-now'}>
          <Figure {...percent(share)} />
        </b>
      </p>
      <Spark trail={trail} max={Math.max(SCALE, share)} tone={tone} fill width={200} height={22} />
      <p className="pressure-words">{words}</p>
    </div>
  );
}
