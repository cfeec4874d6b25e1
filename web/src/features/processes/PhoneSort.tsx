import type { Sort } from '../../table/order';
import { Segmented } from '../../ui/Segmented';

const SEGMENTS = [
  { value: 'cpu_percent', label: 'CPU' },
  { value: 'memory_rss', label: 'Memory' },
  { value: 'io_per_sec', label: 'Disk' },
  { value: 'net_per_sec', label: 'Net' },
] as const;

/** What phones sort by: they have no column heads. */
export function PhoneSort({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  return (
    <Segmented<string>
      label="Sort by"
      value={sort.key}
      segments={SEGMENTS}
      onChange={(key) => onSort({ key, descending: true })}
    />
  );
}
