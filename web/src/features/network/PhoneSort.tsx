import type { Sort } from '../../table/order';
import { Segmented } from '../../ui/Segmented';

const CHOICES = [
  { value: 'tx_per_sec', label: 'Sent' },
  { value: 'rx_per_sec', label: 'Received' },
  { value: 'process_name', label: 'Process' },
  { value: 'status', label: 'State' },
] as const;

type Choice = (typeof CHOICES)[number]['value'];

interface Props {
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** On a phone the heads have no room; these stand for them. */
export function PhoneSort({ sort, onSort }: Props) {
  const chosen = CHOICES.find(({ value }) => value === sort.key)?.value ?? 'tx_per_sec';
  return (
    <Segmented<Choice>
      label="Sort by"
      value={chosen}
      segments={CHOICES}
      onChange={(key) => onSort({ key, descending: key.endsWith('_per_sec') })}
    />
  );
}
