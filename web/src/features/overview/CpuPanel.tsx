import type { FrameHead } from '../../api/gen/FrameHead';
import { CoreStrip } from '../../charts/CoreStrip';
import type { Layer } from '../../charts/stack';
import { StackChart } from '../../charts/StackChart';
import { Figure } from '../../ui/Figure';
import { counted, percent, spoken } from '../../ui/format';

const LAYERS: readonly Layer[] = [
  { name: 'user', tone: 'cpu', pick: (sample) => sample.user },
  { name: 'system', tone: 'system', pick: (sample) => sample.system },
  { name: 'I/O wait', tone: 'io', pick: (sample) => sample.iowait },
];

/** What the cores do: over the session, and each of them over the last minute. */
export function CpuPanel({ head }: { head: FrameHead }) {
  const { system } = head;
  const now = percent(system.cpu_percent);
  const shares = [
    system.cpu_user_percent,
    system.cpu_system_percent,
    system.cpu_iowait_percent,
  ] as const;
  const loads = [system.load_1, system.load_5, system.load_15];
  return (
    <section className="panel panel-cpu" aria-labelledby="cpu-title">
      <header className="panel-head">
        <h2 id="cpu-title">CPU</h2>
        <b>
          <Figure {...now} />
        </b>
        <span>
          of {counted(head.cpu_per_core.length, 'core')} · load{' '}
          {loads.map((load) => load.toFixed(1)).join(' / ')}
        </span>
        <ul className="legend">
          {LAYERS.map(({ name, tone }, i) => (
            <li key={name} className={`tone-${tone}`}>
              <i aria-hidden="true" />
              {name} <b>{percent(shares[i] ?? null).value}</b>
            </li>
          ))}
        </ul>
      </header>
      <div className="cpu-body">
        <StackChart layers={LAYERS} label={`CPU over this session, now ${spoken(now)}`} />
        <CoreStrip />
      </div>
    </section>
  );
}
