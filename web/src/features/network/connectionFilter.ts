import type { ConnectionEntry } from '../../live/row';
import type { FilterSchema } from '../../table/filter/field';

/** What connections can be filtered by: the hub's own names and units. */
export const CONNECTION_FILTER: FilterSchema<ConnectionEntry> = {
  rowName: 'connection',
  fields: [
    { names: ['protocol', 'proto'], unit: 'text', read: (row) => row.protocol },
    { names: ['local_address', 'local', 'laddr'], unit: 'text', read: (row) => row.local_address },
    { names: ['local_port', 'lport'], unit: 'count', read: (row) => row.local_port },
    {
      names: ['remote_address', 'remote', 'raddr'],
      unit: 'text',
      read: (row) => row.remote_address,
    },
    { names: ['remote_port', 'rport'], unit: 'count', read: (row) => row.remote_port },
    { names: ['status', 'state'], unit: 'text', read: (row) => row.status },
    { names: ['pid'], unit: 'count', read: (row) => row.pid },
    { names: ['process_name', 'name', 'process'], unit: 'text', read: (row) => row.process_name },
    { names: ['uid'], unit: 'count', read: (row) => row.uid },
    { names: ['rx_per_sec', 'rx'], unit: 'rate', read: (row) => row.rx_per_sec },
    { names: ['tx_per_sec', 'tx'], unit: 'rate', read: (row) => row.tx_per_sec },
    { names: ['rx_bytes', 'received'], unit: 'bytes', read: (row) => row.rx_bytes },
    { names: ['tx_bytes', 'sent'], unit: 'bytes', read: (row) => row.tx_bytes },
    { names: ['rtt_ms', 'rtt'], unit: 'milliseconds', read: (row) => row.rtt_ms },
    { names: ['retransmits', 'retrans'], unit: 'count', read: (row) => row.retransmits },
    { names: ['recv_queue', 'recvq'], unit: 'bytes', read: (row) => row.recv_queue },
    { names: ['send_queue', 'sendq'], unit: 'bytes', read: (row) => row.send_queue },
  ],
  either: { port: ['local_port', 'remote_port'] },
  words: [
    (row) => row.protocol,
    (row) => row.local_address,
    (row) => String(row.local_port),
    (row) => row.remote_address,
    (row) => (row.remote_port === null ? null : String(row.remote_port)),
    (row) => row.status,
    (row) => row.process_name,
    (row) => (row.pid === null ? null : String(row.pid)),
  ],
};
