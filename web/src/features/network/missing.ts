import type { ConnectionRow } from '../../api/gen/ConnectionRow';

/** A figure that a socket may lack. */
export type SocketFigure = 'rx_per_sec' | 'tx_per_sec' | 'rtt_ms' | 'retransmits';

type Socket = Pick<ConnectionRow, 'protocol' | 'status' | 'rx_bytes'>;

/** Why a figure of this socket is not known, in one sentence. */
export function whyMissing({ protocol, status, rx_bytes }: Socket, figure: SocketFigure): string {
  if (protocol.startsWith('udp')) return 'The kernel does not count this for UDP.';
  if (status === 'LISTEN') return 'A listening socket carries no data itself.';
  // Without a total there are no counters of TCP for this socket at all.
  if (rx_bytes === null) return 'The kernel keeps no counters for this socket.';
  return figure === 'rtt_ms' ? 'No round trip was measured yet.' : 'Needs one more sample.';
}
