import { useState } from 'react';
import { Link } from 'wouter';
import { count } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { TopRow } from './TopRow';
import { useHeaviest } from './top';

/** How many rows are in sight without scrolling on a usual screen. */
const ROWS = 14;

/** The processes that use most CPU. Hovering or focusing the table holds their order. */
export function TopProcesses({ total }: { total: number }) {
  const [held, hold] = useState(false);
  const ids = useHeaviest(ROWS, held);
  return (
    <section className="top-processes" aria-labelledby="top-title">
      <header className="panel-head">
        <h2 id="top-title">Top processes</h2>
        <span>by CPU, 100 % = one core</span>
        {held ? (
          <span className="top-held">
            <Icon name="pause" /> order held
          </span>
        ) : null}
        <Link href="/processes" className="panel-right">
          All {count(total)} <Icon name="right" />
        </Link>
      </header>
      <table
        onPointerEnter={() => hold(true)}
        onPointerLeave={() => hold(false)}
        onFocus={() => hold(true)}
        onBlur={() => hold(false)}
      >
        <thead>
          <tr>
            <th className="top-state">S</th>
            <th className="top-pid">PID</th>
            <th>Process</th>
            <th className="top-user">User</th>
            <th className="top-cpu" aria-sort="descending">
              CPU %
            </th>
            <th className="top-memory">Memory</th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => (
            <TopRow key={id} id={id} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
