import type { FrameHead } from '../api/gen/FrameHead';
import type { StreamFrame } from '../api/gen/StreamFrame';
import { copyConnection, copyProcess, makeConnection, makeProcess } from './entry';
import { type ConnectionEntry, GrowingTrail, type ProcessEntry, type Trail } from './row';
import { RowTable } from './table';
import { Timeline } from './timeline';

/** How the stream stands, for the pill and the banner. */
export type StreamStatus =
  | { phase: 'connecting' }
  | { phase: 'live' }
  | {
      phase: 'reconnecting';
      /** The next try, counted from 1. */
      attempt: number;
      /** `Date.now()` of that try. */
      retryAt: number;
      /** RFC 3339 time of the numbers on the page; null when there are none yet. */
      since: string | null;
    }
  | { phase: 'ended'; reason: string };

/** The host's own trails, one minute each, and its timeline of the session. */
export interface HostTrails {
  readonly timeline: Timeline;
  readonly cores: readonly Trail[];
  readonly processes: Trail;
  readonly connections: Trail;
  readonly received: Trail;
  readonly sent: Trail;
  readonly memory: Trail;
  readonly cpuPressure: Trail;
  readonly ioPressure: Trail;
  readonly memoryPressure: Trail;
}

type NamedTrail = Exclude<keyof HostTrails, 'timeline' | 'cores'>;

/** What the page knows of one host. It changes only by `apply`, and tells its listeners. */
export class HostStore {
  head: FrameHead | null = null;
  version = 0;
  status: StreamStatus = { phase: 'connecting' };

  private readonly processTable = new RowTable(makeProcess, copyProcess);
  private readonly connectionTable = new RowTable(makeConnection, copyConnection);
  private readonly growing = growingTrails();
  private readonly listeners = new Set<() => void>();

  get processes(): ReadonlyMap<number, ProcessEntry> {
    return this.processTable.rows;
  }

  get connections(): ReadonlyMap<number, ConnectionEntry> {
    return this.connectionTable.rows;
  }

  get trails(): HostTrails {
    return this.growing;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setStatus(status: StreamStatus): void {
    this.status = status;
    this.tell();
  }

  /** Takes one frame. `resync` means that it was not applied and a full frame is needed. */
  apply(frame: StreamFrame): 'applied' | 'resync' {
    if (frame.kind === 'bye') return 'applied';
    if (!this.applyTables(frame)) return 'resync';
    const missed = missedSamples(this.head, frame);
    this.head = headOf(frame);
    this.growProcessTrails(missed);
    this.growHostTrails(frame, missed);
    this.tell();
    return 'applied';
  }

  private applyTables(frame: Exclude<StreamFrame, { kind: 'bye' }>): boolean {
    if (frame.v !== 1) return false;
    if (frame.kind === 'full') {
      return (
        this.processTable.replaceAll(frame.processes) &&
        this.connectionTable.replaceAll(frame.connections)
      );
    }
    if (!this.head || frame.seq !== this.head.seq + 1) return false;
    return (
      this.processTable.change(frame.processes) && this.connectionTable.change(frame.connections)
    );
  }

  private growProcessTrails(missed: number): void {
    for (const row of this.processTable.rows.values()) {
      if (missed > 0) {
        row.cpuTrail.skip(missed);
        row.memoryTrail.skip(missed);
      }
      row.cpuTrail.push(row.cpu_percent);
      row.memoryTrail.push(row.memory_rss);
    }
  }

  private growHostTrails(head: FrameHead, missed: number): void {
    const { system, network_stats: network } = head;
    const values: Record<NamedTrail, number | null> = {
      processes: system.total_processes,
      connections: this.connections.size,
      received: network.bytes_recv_per_sec,
      sent: network.bytes_sent_per_sec,
      memory: system.memory_percent,
      cpuPressure: system.pressure?.cpu_some ?? null,
      ioPressure: system.pressure?.io_some ?? null,
      memoryPressure: system.pressure?.memory_some ?? null,
    };
    for (const name of Object.keys(values) as NamedTrail[]) {
      grow(this.growing[name], values[name], missed);
    }
    head.cpu_per_core.forEach((busy, core) => {
      grow((this.growing.cores[core] ??= new GrowingTrail()), busy, missed);
    });
    this.growing.timeline.push({
      time: Date.parse(head.time),
      cpu: system.cpu_percent ?? Number.NaN,
      user: system.cpu_user_percent ?? Number.NaN,
      system: system.cpu_system_percent ?? Number.NaN,
      iowait: system.cpu_iowait_percent ?? Number.NaN,
      memory: system.memory_percent,
    });
  }

  private tell(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}

function grow(trail: GrowingTrail, value: number | null, missed: number): void {
  trail.skip(missed);
  trail.push(value);
}

function growingTrails() {
  const trail = () => new GrowingTrail();
  return {
    timeline: new Timeline(),
    cores: [] as GrowingTrail[],
    processes: trail(),
    connections: trail(),
    received: trail(),
    sent: trail(),
    memory: trail(),
    cpuPressure: trail(),
    ioPressure: trail(),
    memoryPressure: trail(),
  };
}

function headOf(frame: FrameHead): FrameHead {
  const { v, seq, time, interval, system, cpu_per_core, network_stats, interfaces, gaps } = frame;
  return { v, seq, time, interval, system, cpu_per_core, network_stats, interfaces, gaps };
}

/**
 * How many samples lie between two frames, by their times: after a hub restart `seq` begins anew,
 * so it cannot tell.
 */
function missedSamples(before: FrameHead | null, now: FrameHead): number {
  const interval = now.interval ?? before?.interval ?? 0;
  if (!before || now.seq === before.seq + 1 || interval <= 0) return 0;
  const apart = (Date.parse(now.time) - Date.parse(before.time)) / 1000;
  return Math.max(0, Math.round(apart / interval) - 1);
}
