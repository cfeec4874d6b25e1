import { Fragment, type ReactNode } from 'react';
import type { FrameHead } from '../../api/gen/FrameHead';
import type { ConnectionEntry, Trail } from '../../live/row';
import type { HostTrails } from '../../live/store';
import type { Tone } from '../../ui/Bar';
import { Figure } from '../../ui/Figure';
import { amount, count, counted, type Formatted, rate, spoken } from '../../ui/format';
import { Spark } from '../../ui/Spark';
import { countSockets } from './sockets';

interface Props {
  head: FrameHead;
  connections: ReadonlyMap<number, ConnectionEntry>;
  trails: HostTrails;
}

/** Four figures and their last minute. */
export function Cards({ head, connections, trails }: Props) {
  const { system, network_stats: network } = head;
  const sockets = countSockets(connections.values());
  return (
    <div className="cards">
      <Card
        name="Active processes"
        figure={{ value: count(system.total_processes), unit: '' }}
        trail={trails.processes}
        tone="text"
        more={[
          <>
            <b>{count(system.running_processes)}</b> running
          </>,
          `${count(system.blocked_processes)} on disk`,
          system.zombie_processes > 0 ? (
            <span className="crit">{counted(system.zombie_processes, 'zombie')}</span>
          ) : null,
        ]}
      />
      <Card
        name="Connections"
        figure={{ value: count(connections.size), unit: '' }}
        trail={trails.connections}
        tone="text"
        more={[
          `${count(sockets.established)} established`,
          `${count(sockets.listening)} listening`,
          sockets.timeWait > 0 ? `${count(sockets.timeWait)} time-wait` : null,
        ]}
      />
      <Card
        name="Data received"
        figure={rate(network.bytes_recv_per_sec)}
        trail={trails.received}
        tone="rx"
        more={[sinceBoot(network.bytes_recv), ...losses(network.errin, network.dropin)]}
      />
      <Card
        name="Data sent"
        figure={rate(network.bytes_sent_per_sec)}
        trail={trails.sent}
        tone="tx"
        more={[sinceBoot(network.bytes_sent), ...losses(network.errout, network.dropout)]}
      />
    </div>
  );
}

function sinceBoot(transferred: number): string {
  return `${spoken(amount(transferred))} since boot`;
}

function losses(errors: number, drops: number): (string | null)[] {
  return [
    errors > 0 || drops === 0 ? counted(errors, 'error') : null,
    drops > 0 ? counted(drops, 'drop') : null,
  ];
}

interface CardProps {
  name: string;
  figure: Formatted;
  trail: Trail;
  tone: Tone;
  /** What stands under the figure; null parts are left out. */
  more: readonly ReactNode[];
}

function Card({ name, figure, trail, tone, more }: CardProps) {
  return (
    <section className="card">
      <h2>{name}</h2>
      <p className="card-figure">
        <Figure {...figure} />
      </p>
      <p className="card-more">
        {more
          .filter((part) => part !== null)
          .map((part, i, parts) => (
            <Fragment key={i}>
              <span>
                {part}
                {i < parts.length - 1 ? ' ·' : ''}
              </span>{' '}
            </Fragment>
          ))}
      </p>
      <Spark trail={trail} tone={tone} fill={tone !== 'text'} width={96} height={36} />
    </section>
  );
}
