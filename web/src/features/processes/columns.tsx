import type { ProcessEntry } from '../../live/row';
import { Absent } from '../../table/Absent';
import type { Column } from '../../table/column';
import type { Sort } from '../../table/order';
import { Bar } from '../../ui/Bar';
import { Figure } from '../../ui/Figure';
import { bytes, rate } from '../../ui/format';
import { Spark } from '../../ui/Spark';
import { StateBadge } from '../../ui/StateBadge';

/** From this CPU on, in percent of one core, a row is marked as heavy. */
const HEAVY = 50;

/** Rows that came this long ago are marked as new, in milliseconds. */
const NEW = 2000;

export const DEFAULT_SORT: Sort = { key: 'cpu_percent', descending: true };

/** Both ways together; null only where neither is known. */
export function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

const ioOf = (row: ProcessEntry) => sum(row.io_read_per_sec, row.io_write_per_sec);
const netOf = (row: ProcessEntry) => sum(row.net_rx_per_sec, row.net_tx_per_sec);

/** The marks of a row. */
export function processRowClass(row: ProcessEntry): string {
  const heavy = (row.cpu_percent ?? 0) >= HEAVY ? 'heavy' : '';
  const isNew = row.bornAt !== null && performance.now() - row.bornAt < NEW;
  return isNew ? `${heavy} new` : heavy;
}

/** What a row is called where it is ticked. */
export function processRowName({ name, pid }: ProcessEntry): string {
  return `${name} ${pid}`;
}

/** The command line without the program, whose name stands before it. */
export function argumentsOf({ cmdline }: ProcessEntry): string {
  const space = cmdline.indexOf(' ');
  return space < 0 ? '' : cmdline.slice(space + 1);
}

/** CPU as a number; bold and amber past the threshold. */
export function CpuFigure({ row, unit }: { row: ProcessEntry; unit?: boolean }) {
  const cpu = row.cpu_percent;
  if (cpu === null) return <Absent field="cpu_percent" />;
  return (
    <span className={cpu >= HEAVY ? 'heavy-figure' : undefined}>
      <Figure value={cpu.toFixed(1)} unit={unit ? '%' : ''} />
    </span>
  );
}

/** Memory as a number with its unit; threads of the kernel have none. */
export function MemoryFigure({ row }: { row: ProcessEntry }) {
  if (row.kernel) return <span className="dim">kernel</span>;
  if (row.memory_rss === null) return <Absent field="memory_rss" />;
  return <Figure {...bytes(row.memory_rss)} />;
}

function RateFigure({ value, field }: { value: number | null; field: string }) {
  if (value === null) return <Absent field={field} />;
  return value === 0 ? <span className="zero">0</span> : <Figure {...rate(value)} />;
}

function CpuSpark({ row, width }: { row: ProcessEntry; width?: number }) {
  const max = Math.max(100, row.cpu_percent ?? 0);
  return <Spark trail={row.cpuTrail} tone="cpu" fill max={max} width={width} />;
}

function CpuBar({ row }: { row: ProcessEntry }) {
  const cores = row.cpu_percent === null ? null : row.cpu_percent / 100;
  return <Bar ratio={cores} over={cores} tone="cpu" />;
}

const state: Column<ProcessEntry> = {
  key: 'status',
  title: 'S',
  label: 'state',
  width: 34,
  priority: 0,
  sortKey: (row) => row.status,
  className: 'cell-state',
  draw: (row) => <StateBadge status={row.status} />,
};

const io: Column<ProcessEntry> = {
  key: 'io_per_sec',
  title: 'Disk',
  label: 'disk, read and written per second',
  width: 84,
  align: 'right',
  priority: 4,
  sortKey: ioOf,
  descendingFirst: true,
  draw: (row) => <RateFigure value={ioOf(row)} field="io_read_per_sec" />,
};

const network: Column<ProcessEntry> = {
  key: 'net_per_sec',
  title: 'Network',
  label: 'network, received and sent per second',
  width: 86,
  align: 'right',
  priority: 5,
  sortKey: netOf,
  descendingFirst: true,
  draw: (row) => <RateFigure value={netOf(row)} field="net_rx_per_sec" />,
};

/** The table of the page, in its order. */
export const PROCESS_COLUMNS: readonly Column<ProcessEntry>[] = [
  state,
  {
    key: 'pid',
    title: 'PID',
    width: 72,
    align: 'right',
    priority: 0,
    sortKey: (row) => row.pid,
    className: 'cell-pid',
    draw: (row) => row.pid,
  },
  {
    key: 'name',
    title: 'Process and command',
    width: 200,
    grows: true,
    priority: 0,
    sortKey: (row) => row.name,
    className: 'cell-name',
    draw: (row) => (
      <>
        <b>{row.name}</b>
        <span className="command">{argumentsOf(row)}</span>
      </>
    ),
  },
  {
    key: 'username',
    title: 'User',
    width: 88,
    priority: 1,
    sortKey: (row) => row.username,
    draw: (row) => row.username ?? <Absent field="username" />,
  },
  {
    key: 'cpu_trail',
    title: '',
    label: 'CPU, last minute',
    width: 50,
    priority: 2,
    className: 'cell-spark',
    draw: (row) => <CpuSpark row={row} />,
  },
  {
    key: 'cpu_percent',
    title: 'CPU %',
    label: 'CPU, 100 = one core',
    width: 112,
    align: 'right',
    priority: 0,
    sortKey: (row) => row.cpu_percent,
    descendingFirst: true,
    className: 'cell-measure',
    draw: (row) => (
      <>
        <CpuBar row={row} />
        <span className="measure-figure">
          <CpuFigure row={row} />
        </span>
      </>
    ),
  },
  {
    key: 'memory_trail',
    title: '',
    label: 'memory, last minute',
    width: 50,
    priority: 3,
    className: 'cell-spark',
    draw: (row) => (row.kernel ? null : <Spark trail={row.memoryTrail} tone="memory" />),
  },
  {
    key: 'memory_rss',
    title: 'Memory',
    label: 'resident memory',
    width: 118,
    align: 'right',
    priority: 0,
    sortKey: (row) => row.memory_rss,
    descendingFirst: true,
    className: 'cell-measure',
    draw: (row) => (
      <>
        {row.kernel ? null : (
          <Bar
            ratio={row.memory_percent === null ? null : row.memory_percent / 100}
            tone="memory"
          />
        )}
        <span className="measure-figure">
          <MemoryFigure row={row} />
        </span>
      </>
    ),
  },
  io,
  network,
];

/** The same on a phone: two lines and four fields. Disk and network only sort there. */
export const PHONE_COLUMNS: readonly Column<ProcessEntry>[] = [
  state,
  {
    key: 'name',
    title: 'Process',
    width: 90,
    grows: true,
    priority: 0,
    sortKey: (row) => row.name,
    className: 'cell-lines',
    draw: (row) => (
      <>
        <span className="line">
          <b>{row.name}</b> <span className="dim">{row.pid}</span>
        </span>
        <span className="line command">{argumentsOf(row)}</span>
      </>
    ),
  },
  {
    key: 'cpu_trail',
    title: '',
    label: 'CPU, last minute',
    width: 64,
    priority: 1,
    className: 'cell-spark',
    draw: (row) => <CpuSpark row={row} width={56} />,
  },
  {
    key: 'cpu_percent',
    title: 'CPU',
    width: 74,
    align: 'right',
    priority: 0,
    sortKey: (row) => row.cpu_percent,
    className: 'cell-cpu-large',
    draw: (row) => <CpuFigure row={row} unit />,
  },
  {
    key: 'memory_rss',
    title: 'Memory',
    width: 78,
    align: 'right',
    priority: 0,
    sortKey: (row) => row.memory_rss,
    draw: (row) => <MemoryFigure row={row} />,
  },
];

/** Everything the page can be sorted by. */
export const PROCESS_SORT_KEYS: readonly string[] = PROCESS_COLUMNS.filter(
  ({ sortKey }) => sortKey,
).map(({ key }) => key);
