import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import type { ActionReply } from '../../api/gen/ActionReply';
import { GrowingTrail, type ProcessEntry } from '../../live/row';
import { whyAbsent } from '../../table/Absent';
import { reportTexts } from './act';
import { PROCESS_COLUMNS, processRowClass } from './columns';
import { openedProcess } from './opened';
import { targetsOf, whyNoActions } from './target';
import { stillTicked } from './ticks';

function entry(change: Partial<ProcessEntry> = {}): ProcessEntry {
  return {
    id: 1,
    pid: 10,
    start_time: 4711.5,
    ppid: 1,
    name: 'node',
    exe: '/usr/bin/node',
    cmdline: 'node worker.js',
    cwd: '/srv',
    username: 'app',
    uid: 1000,
    status: 'running',
    cpu_percent: 42,
    memory_percent: 3,
    memory_rss: 1024 ** 2,
    memory_vms: 1024 ** 3,
    num_threads: 4,
    nice: 0,
    create_time: 1_700_000_000,
    cpu_time_user: 1,
    cpu_time_system: 1,
    io_read_bytes: 0,
    io_write_bytes: 0,
    io_read_per_sec: 0,
    io_write_per_sec: 0,
    net_rx_per_sec: null,
    net_tx_per_sec: null,
    container: null,
    kernel: false,
    cpuTrail: new GrowingTrail(),
    memoryTrail: new GrowingTrail(),
    bornAt: null,
    ...change,
  };
}

function cell(key: string, row: ProcessEntry): string {
  const column = PROCESS_COLUMNS.find((candidate) => candidate.key === key);
  const { container } = render(<>{column?.draw(row)}</>);
  return container.textContent;
}

afterEach(cleanup);

describe('a row of the process table', () => {
  it('shows a dash and the reason for what is not known, never a zero', () => {
    const unknown = entry({
      cpu_percent: null,
      memory_rss: null,
      io_read_per_sec: null,
      io_write_per_sec: null,
      username: null,
    });
    for (const key of ['cpu_percent', 'memory_rss', 'io_per_sec', 'net_per_sec', 'username']) {
      const words = cell(key, unknown);
      expect(words, key).toMatch(/^–not known: \S/);
      expect(words, key).not.toContain('0');
    }
  });

  it('shows a zero that was measured', () => {
    expect(cell('cpu_percent', entry({ cpu_percent: 0 }))).toBe('0.0');
    expect(cell('io_per_sec', entry())).toBe('0');
  });

  it('adds what is known of two rates', () => {
    expect(cell('io_per_sec', entry({ io_read_per_sec: 1500, io_write_per_sec: null }))).toBe(
      '1.50kB/s',
    );
  });

  it('says kernel where a thread of the kernel has no memory', () => {
    expect(cell('memory_rss', entry({ kernel: true, memory_rss: null }))).toBe('kernel');
  });

  it('is heavy from half a core on', () => {
    expect(processRowClass(entry({ cpu_percent: 49.9 }))).toBe('');
    expect(processRowClass(entry({ cpu_percent: 50 }))).toBe('heavy');
    expect(processRowClass(entry({ cpu_percent: null, bornAt: performance.now() }))).toBe(' new');
  });
});

describe('the reason for a gap', () => {
  it("is the hub's own", () => {
    const gap = { what: 'io_read_per_sec', reason: 'denied', count: 3, detail: 'Run as root.' };
    expect(whyAbsent([gap], 'io_read_per_sec')).toBe('Run as root.');
    expect(whyAbsent([gap], 'cpu_percent')).toBe('Not sampled yet.');
  });
});

describe('the open process', () => {
  const before = entry();

  it('is found by who it is after the hub numbered its rows anew', () => {
    const other = entry({ id: 1, pid: 99, start_time: 9 });
    const same = entry({ id: 7 });
    const processes = new Map([other, same].map((row) => [row.id, row]));
    expect(openedProcess(processes, 1, before)).toEqual({ row: same, ended: false });
  });

  it('has ended when another process has its pid', () => {
    const heir = entry({ id: 2, start_time: 9999 });
    expect(openedProcess(new Map([[2, heir]]), 1, before)).toEqual({ row: before, ended: true });
  });

  it('is none when the number in the address bar says nothing', () => {
    expect(openedProcess(new Map(), 5, null)).toBeNull();
  });
});

describe('ticks', () => {
  it('do not pass to another process that gets the same number', () => {
    const ticked = new Map([[1, '10:4711.5']]);
    expect(stillTicked(new Map([[1, entry()]]), ticked)).toHaveLength(1);
    expect(stillTicked(new Map([[1, entry({ start_time: 9 })]]), ticked)).toEqual([]);
  });
});

describe('targets', () => {
  it('carry the identity and count direct children', () => {
    const child = entry({ id: 2, pid: 11, ppid: 10 });
    const grandchild = entry({ id: 3, pid: 12, ppid: 11 });
    const all = new Map([entry(), child, grandchild].map((row) => [row.id, row]));
    const [target] = targetsOf([entry()], all);
    expect(target).toMatchObject({ pid: 10, startTime: 4711.5, children: 1, username: 'app' });
  });

  it('are out of reach for viewers and where control is off, with the reason', () => {
    const server = { hostname: 'h', control: true };
    expect(whyNoActions('operator', server)).toBeNull();
    expect(whyNoActions('viewer', server)).toContain('viewer');
    expect(whyNoActions('admin', { ...server, control: false })).toContain('switched off on h');
  });
});

describe('the report of an action', () => {
  const [target] = targetsOf([entry()], new Map());
  if (!target) throw new Error('one row makes one target');
  const reply = (change: Partial<ActionReply> = {}): ActionReply => ({
    status: 'success',
    message: 'Process 10 terminated',
    outcome: 'ended',
    elapsed: 0.31,
    ...change,
  });
  const problem = (status: number, detail: string) =>
    new ApiError(status, { type: 'about:blank', title: '', status, detail });

  it("is the host's own sentence", () => {
    expect(reportTexts('terminate', 'h', [{ target, reply: reply() }])).toEqual([
      { kind: 'ok', title: 'Process 10 terminated.', detail: 'node 10, ended after 0.31 s.' },
    ]);
  });

  it('does not call it done when the process still runs', () => {
    const still = reply({ outcome: 'still_running', elapsed: 2 });
    const [text] = reportTexts('terminate', 'h', [{ target, reply: still }]);
    expect(text?.kind).toBe('notice');
    expect(text?.detail).toContain('still runs');
  });

  it('says who refused, why, and that nothing changed, and stays', () => {
    const error = problem(403, 'It is pid 1');
    expect(reportTexts('kill', 'ledger-03', [{ target, error }])).toEqual([
      {
        kind: 'refused',
        title: 'ledger-03 refused to kill node 10.',
        detail: 'It is pid 1. Nothing was changed.',
        sticky: true,
      },
    ]);
    expect(reportTexts('kill', 'h', [{ target, error: problem(409, 'Gone.') }])[0]?.title).toBe(
      'node 10 is no more: another process has its number.',
    );
  });

  it('promises nothing about a call that was not answered', () => {
    const [text] = reportTexts('kill', 'h', [{ target, error: new ApiError(0, null) }]);
    expect(text?.detail).toContain('not known whether it was done');
    expect(text?.detail).not.toContain('Nothing was changed');
  });

  it('keeps what was done and what was refused of many apart', () => {
    const outcomes = [
      { target, reply: reply() },
      { target, error: problem(403, 'Not yours.') },
    ];
    const texts = reportTexts('terminate', 'h', outcomes);
    expect(texts.map(({ kind }) => kind)).toEqual(['ok', 'refused']);
    expect(texts[1]?.detail).toContain('Not yours. Nothing was changed.');
  });
});
