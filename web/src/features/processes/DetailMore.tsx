import type { ProcessDetailReply } from '../../api/gen/ProcessDetailReply';
import type { ProcessEntry } from '../../live/row';
import { Figure } from '../../ui/Figure';
import { bytes, count } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Field, Fields } from './Fields';

interface Props {
  row: ProcessEntry;
  reply: ProcessDetailReply | null;
  error: string | null;
}

/** The rest of what the host tells about a process. */
export function DetailMore({ row, reply, error }: Props) {
  if (!reply) {
    return <p className="detail-note">{error ?? 'Waiting for the host…'}</p>;
  }
  const { gaps } = reply;
  const number = (value: number | null) => (value === null ? null : count(value));
  const size = (value: number | null) => (value === null ? null : <Figure {...bytes(value)} />);
  return (
    <>
      <Fields>
        <Field name="Threads">{count(row.num_threads)}</Field>
        <Field name="Nice">{row.nice}</Field>
        <Field name="Virtual" field="memory_vms" gaps={gaps}>
          {row.kernel ? 'none' : size(row.memory_vms)}
        </Field>
        <Field name="Swapped out" field="swap" gaps={gaps}>
          {size(reply.swap)}
        </Field>
        <Field name="Open files" field="num_fds" gaps={gaps}>
          {number(reply.num_fds)}
        </Field>
        <Field name="Read so far" field="io_read_bytes" gaps={gaps}>
          {size(row.io_read_bytes)}
        </Field>
        <Field name="Written so far" field="io_write_bytes" gaps={gaps}>
          {size(row.io_write_bytes)}
        </Field>
        <Field name="Switches" field="voluntary_switches" gaps={gaps}>
          {reply.voluntary_switches === null ? null : switchWords(reply)}
        </Field>
        <Field name="Page faults" field="minor_faults" gaps={gaps}>
          {reply.minor_faults === null ? null : faultWords(reply)}
        </Field>
        <Field name="Terminal">{reply.terminal ?? 'none'}</Field>
        <Field name="Group, session" field="process_group" gaps={gaps}>
          {reply.process_group === null ? null : `${reply.process_group}, ${reply.session ?? '–'}`}
        </Field>
        <Field
          name="Control group"
          title={reply.cgroup ?? undefined}
          field="cgroup"
          gaps={gaps}
          mono
        >
          {reply.cgroup}
        </Field>
        <Field name="OOM score" field="oom_score" gaps={gaps}>
          {number(reply.oom_score)}
        </Field>
      </Fields>
      {gaps.map((gap) => (
        <p className="detail-note" key={`${gap.what} ${gap.reason}`}>
          <Icon name="lock" /> {gap.detail}
        </p>
      ))}
    </>
  );
}

function switchWords(reply: ProcessDetailReply): string {
  return `${count(reply.voluntary_switches)} own, ${count(reply.involuntary_switches)} forced`;
}

function faultWords(reply: ProcessDetailReply): string {
  return `${count(reply.minor_faults)} minor, ${count(reply.major_faults)} major`;
}
