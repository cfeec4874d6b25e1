import { describe, expect, it } from 'vitest';
import type { ConnectionEntry } from '../../live/row';
import { parseFilter } from '../../table/filter/parse';
import { CONNECTION_FILTER } from './connectionFilter';

const ROW: ConnectionEntry = {
  id: 1,
  protocol: 'tcp',
  local_address: '10.4.0.3',
  local_port: 39914,
  remote_address: '10.4.0.40',
  remote_port: 5432,
  status: 'ESTABLISHED',
  pid: 27713,
  process_name: 'pg_dump',
  owner: null,
  uid: 0,
  rx_per_sec: 12_000,
  tx_per_sec: null,
  rx_bytes: 5e6,
  tx_bytes: 1e6,
  rtt_ms: 21,
  retransmits: 0,
  net_namespace: null,
  recv_queue: 0,
  send_queue: 0,
};

function passes(query: string): boolean | undefined {
  return parseFilter(query, CONNECTION_FILTER).passes?.(ROW);
}

describe('CONNECTION_FILTER', () => {
  it('takes port for either end, and lport and rport for one', () => {
    expect(passes('port = 5432')).toBe(true);
    expect(passes('port = 39914')).toBe(true);
    expect(passes('lport = 5432')).toBe(false);
    expect(passes('rport = 5432')).toBe(true);
  });

  it('compares in the units that people type', () => {
    expect(passes('rtt > 20ms and rx > 10kB')).toBe(true);
    expect(passes('rtt > 1s')).toBe(false);
  });

  it('takes states in any case', () => {
    expect(passes('state = established')).toBe(true);
    expect(passes('not state = time_wait')).toBe(true);
  });

  it('finds words in addresses, ports, state, process and pid', () => {
    for (const word of ['10.4.0.40', '5432', 'established', 'pg_du', '27713']) {
      expect(passes(word)).toBe(true);
    }
    expect(passes('nginx')).toBe(false);
  });

  it('lets a rate that is not known pass no comparison', () => {
    expect(passes('tx >= 0')).toBe(false);
    expect(passes('tx < 1')).toBe(false);
  });
});
