import type { ReactNode } from 'react';
import type { ProcessDetailReply } from '../../api/gen/ProcessDetailReply';
import { useHead } from '../../live/hooks';
import type { ProcessEntry, Trail } from '../../live/row';
import type { Tone } from '../../ui/Bar';
import { Figure } from '../../ui/Figure';
import { bytes, clock, counted, duration, type Formatted, rate, spoken } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Spark } from '../../ui/Spark';
import { largestOf } from '../../ui/sparkPaths';
import { Field, Fields } from './Fields';
import { CpuFigure, MemoryFigure } from './columns';

interface Props {
  row: ProcessEntry;
  reply: ProcessDetailReply | null;
  ended: boolean;
  error: string | null;
}

/** What one wants to know first: what it uses and what it is. */
export function DetailSummary({ row, reply, ended, error }: Props) {
  return (
    <>
      <Minute
        title="CPU"
        note="100 = one core"
        trail={row.cpuTrail}
        tone="cpu"
        top={Math.max(100, Math.ceil(largestOf(row.cpuTrail, 0) / 100) * 100)}
        words={(top) => ({ value: String(top), unit: '%' })}
        now={ended ? null : <CpuFigure row={row} unit />}
      />
      {row.kernel ? null : (
        <Minute
          title="Memory"
          trail={row.memoryTrail}
          tone="memory"
          top={largestOf(row.memoryTrail, 1) * 1.1}
          words={bytes}
          now={ended ? null : <MemoryFigure row={row} />}
        />
      )}
      {error ? (
        <p className="detail-note" role="status">
          <Icon name="warning" /> The rest could not be read: {error}
        </p>
      ) : null}
      <Facts row={row} reply={reply} ended={ended} />
    </>
  );
}

interface MinuteProps {
  title: string;
  note?: string;
  trail: Trail;
  tone: Tone;
  top: number;
  words: (top: number) => Formatted;
  now: ReactNode;
}

/** The last minute of one figure. */
function Minute({ title, note, trail, tone, top, words, now }: MinuteProps) {
  return (
    <section className="minute">
      <h3>
        {title} {note ? <span className="dim">{note}</span> : null}
        <span className="minute-now">{now}</span>
      </h3>
      <div className="minute-plot">
        <span className="minute-top">{spoken(words(top))}</span>
        <Spark
          trail={trail}
          tone={tone}
          fill
          max={top}
          width={352}
          height={56}
          label={`${title}, last minute`}
        />
      </div>
      <p className="minute-axis">
        <span>{trail.values.length} samples ago</span>
        <span>now</span>
      </p>
    </section>
  );
}

function Facts({ row, reply, ended }: Omit<Props, 'error'>) {
  const head = useHead();
  const gaps = [...(reply?.gaps ?? []), ...(head?.gaps ?? [])];
  const age = head && !ended ? Date.parse(head.time) / 1000 - row.create_time : null;
  return (
    <Fields>
      <Field name="Command" title={row.cmdline} mono>
        {row.cmdline === '' ? row.name : row.cmdline}
      </Field>
      <Field name="Executable" title={row.exe ?? undefined} field="exe" gaps={gaps} mono>
        {row.kernel ? 'none, part of the kernel' : row.exe}
      </Field>
      <Field name="Working dir" title={row.cwd ?? undefined} field="cwd" gaps={gaps} mono>
        {row.kernel ? 'none' : row.cwd}
      </Field>
      <Field name="User" field="username" gaps={gaps}>
        {row.username === null ? null : (
          <>
            {row.username} <span className="dim">uid {row.uid}</span>
          </>
        )}
      </Field>
      <Field name="Started">
        {clock(row.create_time)}{' '}
        {age === null ? null : <span className="dim">{duration(Math.max(0, age))} ago</span>}
      </Field>
      {row.container === null ? null : (
        <Field name="Container" title={row.container} mono>
          {row.container}
        </Field>
      )}
      <Field name="Children">{reply ? childrenWords(reply) : '…'}</Field>
      <Field name="CPU time">
        {duration(row.cpu_time_user + row.cpu_time_system)}{' '}
        <span className="dim">user {duration(row.cpu_time_user)}</span>
      </Field>
      <Field name="Disk" field="io_read_per_sec" gaps={gaps}>
        {twoRates(['read', row.io_read_per_sec], ['write', row.io_write_per_sec])}
      </Field>
      <Field name="Network" field="net_rx_per_sec" gaps={gaps}>
        {twoRates(['in', row.net_rx_per_sec], ['out', row.net_tx_per_sec])}
      </Field>
    </Fields>
  );
}

function childrenWords({ children, descendant_count: below }: ProcessDetailReply): string {
  if (children.length === 0) return 'none';
  const few = children.slice(0, 3).map(({ name, pid }) => `${name} ${pid}`);
  const more = children.length > few.length ? ', …' : '';
  const all =
    below > children.length ? ` (${counted(below, 'process', 'processes')} below it)` : '';
  return `${children.length}: ${few.join(', ')}${more}${all}`;
}

type NamedRate = readonly [word: string, value: number | null];

function twoRates(a: NamedRate, b: NamedRate): ReactNode {
  if (a[1] === null && b[1] === null) return null;
  return (
    <>
      <span className="dim">{a[0]}</span> <Figure {...rate(a[1])} />{' '}
      <span className="dim">· {b[0]}</span> <Figure {...rate(b[1])} />
    </>
  );
}
