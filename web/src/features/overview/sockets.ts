import type { ConnectionEntry } from '../../live/row';

/** How many sockets are in the states that tell most. */
export interface SocketCounts {
  established: number;
  timeWait: number;
  listening: number;
}

export function countSockets(connections: Iterable<ConnectionEntry>): SocketCounts {
  const counts = { established: 0, timeWait: 0, listening: 0 };
  for (const { status } of connections) {
    if (status === 'ESTABLISHED') counts.established += 1;
    else if (status === 'TIME_WAIT') counts.timeWait += 1;
    else if (status === 'LISTEN') counts.listening += 1;
  }
  return counts;
}
