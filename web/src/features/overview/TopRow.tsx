import { memo } from 'react';
import { Link } from 'wouter';
import { useProcess } from '../../live/hooks';
import type { ProcessEntry } from '../../live/row';
import { Bar } from '../../ui/Bar';
import { Figure } from '../../ui/Figure';
import { bytes, DASH } from '../../ui/format';
import { Spark } from '../../ui/Spark';
import { StateBadge } from '../../ui/StateBadge';

/** From this CPU on, in percent of one core, a row is marked as heavy. */
const HEAVY = 50;

/** One of the heaviest processes; drawn anew only when it changed. */
export const TopRow = memo(function TopRow({ id }: { id: number }) {
  const row = useProcess(id);
  if (!row) return null;
  const cpu = row.cpu_percent ?? 0;
  return (
    <tr className={cpu >= HEAVY ? 'heavy' : undefined}>
      <td className="top-state">
        <StateBadge status={row.status} />
      </td>
      <td className="top-pid">{row.pid}</td>
      <td className="top-name">
        <Link href={`/processes?open=${row.id}`}>{row.name}</Link>
        <span className="command">{argumentsOf(row)}</span>
      </td>
      <td className="top-user">{row.username ?? DASH}</td>
      <td className="top-cpu">
        <span className="measure">
          <Spark trail={row.cpuTrail} tone="cpu" fill max={Math.max(100, cpu)} />
          <Bar ratio={cpu / 100} over={cpu / 100} tone="cpu" />
          <b className="measure-value">{row.cpu_percent?.toFixed(1) ?? DASH}</b>
        </span>
      </td>
      <td className="top-memory">
        <span className="measure">
          <Bar ratio={(row.memory_percent ?? 0) / 100} tone="memory" />
          <span className="measure-value">
            {row.kernel ? (
              <span className="dim">kernel</span>
            ) : (
              <Figure {...bytes(row.memory_rss)} />
            )}
          </span>
        </span>
      </td>
    </tr>
  );
});

/** The command line without the program, whose name stands before it. */
function argumentsOf({ cmdline }: ProcessEntry): string {
  const space = cmdline.indexOf(' ');
  return space < 0 ? '' : cmdline.slice(space + 1);
}
