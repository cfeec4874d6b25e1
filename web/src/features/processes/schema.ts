import type { ProcessRow } from '../../api/gen/ProcessRow';
import type { ProcessEntry } from '../../live/row';
import type { FilterField, FilterSchema, Unit } from '../../table/filter/field';

type Name = keyof ProcessRow;

function field(name: Name, unit: Unit | 'flag', ...aliases: string[]): FilterField<ProcessEntry> {
  return { names: [name, ...aliases], unit, read: (row) => row[name] };
}

/** What processes can be filtered by: the names and units of the hub's own filter. */
export const PROCESS_SCHEMA: FilterSchema<ProcessEntry> = {
  rowName: 'process',
  words: [(row) => row.name, (row) => row.cmdline, (row) => row.username, (row) => String(row.pid)],
  fields: [
    field('pid', 'count'),
    field('start_time', 'seconds'),
    field('ppid', 'count', 'parent'),
    field('name', 'text'),
    field('exe', 'text', 'path'),
    field('cmdline', 'text', 'command', 'cmd', 'args'),
    field('cwd', 'text'),
    field('username', 'text', 'user'),
    field('uid', 'count'),
    field('status', 'text', 'state'),
    field('cpu_percent', 'percent', 'cpu'),
    field('memory_percent', 'percent', 'mem'),
    field('memory_rss', 'bytes', 'rss', 'memory', 'res'),
    field('memory_vms', 'bytes', 'vms', 'virt'),
    field('num_threads', 'count', 'threads'),
    field('nice', 'count'),
    field('create_time', 'count', 'started'),
    field('cpu_time_user', 'seconds'),
    field('cpu_time_system', 'seconds'),
    field('io_read_bytes', 'bytes'),
    field('io_write_bytes', 'bytes'),
    field('io_read_per_sec', 'rate', 'read'),
    field('io_write_per_sec', 'rate', 'write'),
    field('net_rx_per_sec', 'rate', 'rx'),
    field('net_tx_per_sec', 'rate', 'tx'),
    field('container', 'text'),
    field('kernel', 'flag'),
  ],
};
