import type { ProcessEntry } from '../../live/row';
import type { ConfirmTarget } from '../../ui/confirmWords';
import { clock } from '../../ui/format';

/** A process that is acted on, by its identity. */
export interface Target extends ConfirmTarget {
  readonly startTime: number;
}

/** Pid and start: the same for one process as long as it lives, also after the hub restarted. */
export function identity({ pid, start_time }: { pid: number; start_time: number }): string {
  return `${pid}:${start_time}`;
}

/** The rows as targets, each with its direct children counted. */
export function targetsOf(
  rows: readonly ProcessEntry[],
  all: ReadonlyMap<number, ProcessEntry>,
): Target[] {
  const wanted = new Map(rows.map((row) => [row.pid, 0]));
  for (const { ppid } of all.values()) {
    const children = wanted.get(ppid);
    if (children !== undefined) wanted.set(ppid, children + 1);
  }
  return rows.map((row) => ({
    pid: row.pid,
    startTime: row.start_time,
    name: row.name,
    since: clock(row.create_time),
    command: row.cmdline,
    username: row.username,
    children: wanted.get(row.pid) ?? 0,
    threads: row.num_threads,
  }));
}

/** What stands against acting on processes here, in words; null when nothing does. */
export function whyNoActions(
  role: string | undefined,
  server: { hostname: string; control: boolean } | null,
): string | null {
  if (!server) return 'The host is not known yet.';
  if (role === 'viewer') return 'Your role is viewer: it sees processes but may not act on them.';
  if (!server.control) return `Acting on processes is switched off on ${server.hostname}.`;
  return null;
}
