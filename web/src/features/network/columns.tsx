import type { ConnectionEntry } from '../../live/row';
import type { Column } from '../../table/column';
import type { Sort } from '../../table/order';
import { endpointText } from './address';
import { EndpointCell } from './EndpointCell';
import { FigureCell } from './FigureCell';
import { OwnerCell } from './OwnerCell';
import { PhoneRow } from './PhoneRow';
import { RateScale } from './RateScale';
import { StateCell } from './StateCell';

/** Most data sent first. */
export const FIRST_SORT: Sort = { key: 'tx_per_sec', descending: true };

const PROTOCOL: Column<ConnectionEntry> = {
  key: 'protocol',
  title: 'Proto',
  label: 'protocol',
  width: 62,
  priority: 5,
  className: 'cell-protocol',
  sortKey: (row) => row.protocol,
  draw: (row) => row.protocol,
};

const LOCAL: Column<ConnectionEntry> = {
  key: 'local_port',
  title: 'Local',
  label: 'local port',
  width: 140,
  grows: true,
  priority: 0,
  sortKey: (row) => row.local_port,
  draw: (row) => <EndpointCell address={row.local_address} port={row.local_port} />,
};

const REMOTE: Column<ConnectionEntry> = {
  key: 'remote_address',
  title: 'Remote',
  label: 'remote address',
  width: 140,
  grows: true,
  priority: 0,
  sortKey: (row) =>
    row.remote_address === null ? null : endpointText(row.remote_address, row.remote_port),
  draw: (row) => <EndpointCell address={row.remote_address} port={row.remote_port} />,
};

const STATE: Column<ConnectionEntry> = {
  key: 'status',
  title: 'State',
  label: 'state',
  width: 112,
  priority: 0,
  sortKey: (row) => row.status,
  draw: (row) => <StateCell status={row.status} />,
};

const PROCESS: Column<ConnectionEntry> = {
  key: 'process_name',
  title: 'Process',
  label: 'process',
  width: 118,
  grows: true,
  priority: 0,
  sortKey: (row) => row.process_name,
  draw: (row) => <OwnerCell row={row} />,
};

const RECEIVED: Column<ConnectionEntry> = {
  key: 'rx_per_sec',
  title: 'Received',
  label: 'data received per second',
  width: 76,
  align: 'right',
  priority: 1,
  descendingFirst: true,
  sortKey: (row) => row.rx_per_sec,
  draw: (row) => <FigureCell row={row} figure="rx_per_sec" />,
};

const SCALE: Column<ConnectionEntry> = {
  key: 'scale',
  title: 'Rates on a log scale in bytes per second: 1k, 1M, 1G at the end',
  width: 131,
  priority: 3,
  className: 'cell-scale',
  draw: (row) => <RateScale received={row.rx_per_sec} sent={row.tx_per_sec} />,
};

const SENT: Column<ConnectionEntry> = {
  key: 'tx_per_sec',
  title: 'Sent',
  label: 'data sent per second',
  width: 76,
  align: 'right',
  priority: 1,
  descendingFirst: true,
  sortKey: (row) => row.tx_per_sec,
  draw: (row) => <FigureCell row={row} figure="tx_per_sec" />,
};

const ROUND_TRIP: Column<ConnectionEntry> = {
  key: 'rtt_ms',
  title: 'RTT',
  label: 'round-trip time',
  width: 66,
  align: 'right',
  priority: 2,
  descendingFirst: true,
  sortKey: (row) => row.rtt_ms,
  draw: (row) => <FigureCell row={row} figure="rtt_ms" />,
};

const RETRANSMITS: Column<ConnectionEntry> = {
  key: 'retransmits',
  title: 'Retr',
  label: 'segments sent again so far',
  width: 50,
  align: 'right',
  priority: 4,
  descendingFirst: true,
  sortKey: (row) => row.retransmits,
  draw: (row) => <FigureCell row={row} figure="retransmits" />,
};

/** The columns of the table, in the order of the design: past the numbers, the bar between them. */
export const COLUMNS: readonly Column<ConnectionEntry>[] = [
  PROTOCOL,
  LOCAL,
  REMOTE,
  STATE,
  PROCESS,
  RECEIVED,
  SCALE,
  SENT,
  ROUND_TRIP,
  RETRANSMITS,
];

/** On a phone a connection is two lines in one cell; the other columns are there to sort by. */
export const PHONE_COLUMNS: readonly Column<ConnectionEntry>[] = [
  {
    key: 'connection',
    title: 'Connection',
    width: 240,
    grows: true,
    priority: 0,
    className: 'cell-connection',
    draw: (row) => <PhoneRow row={row} />,
  },
];

/** What the address bar may sort by. */
export const SORT_KEYS: readonly string[] = COLUMNS.filter(({ sortKey }) => sortKey).map(
  ({ key }) => key,
);
