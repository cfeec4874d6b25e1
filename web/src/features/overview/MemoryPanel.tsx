import type { SystemReply } from '../../api/gen/SystemReply';
import type { Layer } from '../../charts/stack';
import { StackChart } from '../../charts/StackChart';
import { Figure } from '../../ui/Figure';
import { bytes, spoken } from '../../ui/format';
import { memoryParts } from './memory';

const LAYERS: readonly Layer[] = [
  { name: 'in use', tone: 'memory', pick: (sample) => sample.memory },
];

/** Who has the memory. */
export function MemoryPanel({ system }: { system: SystemReply }) {
  const parts = memoryParts(system);
  const used = bytes(system.memory_used);
  return (
    <section className="panel panel-memory" aria-labelledby="memory-title">
      <header className="panel-head">
        <h2 id="memory-title">Memory</h2>
        <p className="panel-right">
          <b>{used.value}</b>{' '}
          <span>
            {used.unit} of {spoken(bytes(system.memory_total))} in use
          </span>
        </p>
      </header>
      <div className="memory-bar" aria-hidden="true">
        {parts.map(({ name, look, bytes: size }) => (
          <i
            key={name}
            className={`memory-part-${look}`}
            style={{ width: `${(size / system.memory_total) * 100}%` }}
          />
        ))}
      </div>
      <dl className="memory-parts">
        {parts.map(({ name, look, bytes: size }) => (
          <div key={name}>
            <dt>
              <i className={`swatch memory-part-${look}`} aria-hidden="true" />
              {name}
            </dt>
            <dd>
              <Figure {...bytes(size)} />
            </dd>
          </div>
        ))}
        <div className="memory-swap">
          <dt>swap</dt>
          <dd>
            <Swap total={system.swap_total} used={system.swap_used} />
          </dd>
        </div>
      </dl>
      <StackChart
        layers={LAYERS}
        label={`Memory in use over this session, now ${system.memory_percent.toFixed(0)} %`}
        axes={false}
      />
    </section>
  );
}

function Swap({ total, used }: { total: number; used: number }) {
  if (total === 0) return <span className="dim">none on this machine</span>;
  return (
    <>
      <Figure {...bytes(used)} /> <span className="dim">of {spoken(bytes(total))}</span>
    </>
  );
}
