import type { FrameHead } from '../api/gen/FrameHead';
import type { FullFrame } from '../api/gen/FullFrame';
import type { NetworkStats } from '../api/gen/NetworkStats';
import type { StreamFrame } from '../api/gen/StreamFrame';
import type { SystemReply } from '../api/gen/SystemReply';
import type { TableChange } from '../api/gen/TableChange';
import type { TableFull } from '../api/gen/TableFull';

/** A host at rest; tests change what they are about. */
export const SYSTEM: SystemReply = {
  total_processes: 3,
  running_processes: 1,
  blocked_processes: 0,
  zombie_processes: 0,
  total_threads: 5,
  starts_per_sec: 0,
  cpu_percent: 3,
  cpu_user_percent: 2,
  cpu_system_percent: 1,
  cpu_iowait_percent: 0,
  cpu_steal_percent: 0,
  load_1: 0.1,
  load_5: 0.1,
  load_15: 0.1,
  memory_total: 16e9,
  memory_used: 4e9,
  memory_available: 12e9,
  memory_free: 8e9,
  memory_cached: 5e9,
  memory_shared: 1e9,
  memory_percent: 25,
  swap_total: 0,
  swap_used: 0,
  uptime: 1000,
  pressure: null,
  sample_cpu_time: 0.001,
  overruns: 0,
  rows_late: 0,
};

const NETWORK: NetworkStats = {
  bytes_sent: 0,
  bytes_recv: 0,
  packets_sent: 0,
  packets_recv: 0,
  errin: 0,
  errout: 0,
  dropin: 0,
  dropout: 0,
  bytes_sent_per_sec: 0,
  bytes_recv_per_sec: 0,
  packets_sent_per_sec: 0,
  packets_recv_per_sec: 0,
  errin_per_sec: 0,
  errout_per_sec: 0,
  dropin_per_sec: 0,
  dropout_per_sec: 0,
};

const EMPTY: TableFull = { columns: ['protocol'], ids: [], values: [[]] };

/** The head of the frame `seq`, one second after the one before. */
export function headOfFrame(seq: number): FrameHead {
  return {
    v: 1,
    seq,
    time: new Date(1_700_000_000_000 + seq * 1000).toISOString(),
    interval: 1,
    system: SYSTEM,
    cpu_per_core: [3, null],
    network_stats: NETWORK,
    interfaces: [],
    gaps: [],
  };
}

export function fullFrame(
  seq: number,
  processes: TableFull,
  connections: TableFull = EMPTY,
): { kind: 'full' } & FullFrame {
  return { kind: 'full', ...headOfFrame(seq), processes, connections };
}

export function deltaFrame(
  seq: number,
  processes: TableChange,
  connections: TableChange = {},
): StreamFrame {
  return { kind: 'delta', ...headOfFrame(seq), processes, connections };
}

/** Three processes: the first sleeps, the second works, the CPU of the third is not known. */
export const THREE: TableFull = {
  columns: ['pid', 'start_time', 'name', 'cpu_percent', 'memory_rss'],
  ids: [1, 2, 3],
  values: [
    [1, 4711, 4712],
    [0.05, 1933.42, 1933.5],
    ['systemd', 'node', 'sh'],
    [0, 142.3, null],
    [1e6, 2e8, 1e5],
  ],
};
