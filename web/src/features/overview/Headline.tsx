import { useState } from 'react';
import type { FrameHead } from '../../api/gen/FrameHead';
import type { GapReply } from '../../api/gen/GapReply';
import { clock, counted, duration } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { findingOf } from './finding';

/** The finding, when and how it was measured, and what could not be seen. */
export function Headline({ head }: { head: FrameHead }) {
  const [open, setOpen] = useState(false);
  const { system, gaps } = head;
  const finding = findingOf(system);
  return (
    <>
      <header className="overview-head">
        <h1 className={`finding-${finding.level}`}>{finding.sentence}</h1>
        <p className="overview-since">up {duration(system.uptime)}</p>
        <p className="overview-sampled">{sampledWords(head)}</p>
        {gaps.length > 0 ? (
          <button
            type="button"
            className="link-button overview-gaps"
            aria-expanded={open}
            aria-controls="overview-gap-list"
            onClick={() => setOpen(!open)}
          >
            <Icon name="lock" />
            {counted(gaps.length, 'thing')} not visible
          </button>
        ) : null}
      </header>
      {open ? <GapList gaps={gaps} /> : null}
    </>
  );
}

function sampledWords({ time, interval, system }: FrameHead): string {
  const every = interval === null ? '' : `, every ${Number(interval.toFixed(1))} s`;
  const cost = (system.sample_cpu_time * 1000).toFixed(1);
  const late = system.overruns > 0 ? ` · ${counted(system.overruns, 'sample')} late` : '';
  return `sampled ${clock(Date.parse(time) / 1000)}${every}, in ${cost} ms${late}`;
}

const REASONS: Readonly<Record<string, string>> = {
  denied: 'not permitted',
  unsupported: 'not supported here',
  not_enabled: 'not enabled',
  gone: 'gone',
  not_yet: 'not sampled yet',
};

function GapList({ gaps }: { gaps: readonly GapReply[] }) {
  return (
    <ul className="gap-list" id="overview-gap-list">
      {gaps.map(({ what, reason, count, detail }) => (
        <li key={`${what} ${reason} ${detail}`}>
          <code>{what}</code>
          <span className="gap-reason">
            <Icon name={reason === 'denied' ? 'lock' : 'notice'} />
            {REASONS[reason] ?? reason}
            {count === null ? '' : `, ${counted(count, 'row')}`}
          </span>
          <span>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
