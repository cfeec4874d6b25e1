import '../../styles/network.css';
import type { ConnectionEntry } from '../../live/row';
import { Figure } from '../../ui/Figure';
import { rate } from '../../ui/format';
import { EndpointCell } from '../network/EndpointCell';
import { StateCell } from '../network/StateCell';

/** Most rows drawn here; the Network page shows all. */
const MOST = 200;

/** The sockets of one process. */
export function DetailSockets({
  sockets,
  ended,
}: {
  sockets: readonly ConnectionEntry[];
  ended: boolean;
}) {
  if (sockets.length === 0) {
    const words = ended
      ? 'It has ended; its sockets are closed.'
      : 'No TCP or UDP socket of it is known.';
    return <p className="detail-note">{words}</p>;
  }
  return (
    <>
      <ul className="socket-list">
        {sockets.slice(0, MOST).map((socket) => (
          <li key={socket.id}>
            <span className="dim">{socket.protocol}</span>
            <EndpointCell address={socket.local_address} port={socket.local_port} />
            <StateCell status={socket.status} />
            <span className="socket-remote">
              <EndpointCell address={socket.remote_address} port={socket.remote_port} />
            </span>
            <span className="socket-rates">
              <span className="visually-hidden">received</span>
              <span aria-hidden="true">↓</span> <Figure {...rate(socket.rx_per_sec)} />{' '}
              <span className="visually-hidden">sent</span>
              <span aria-hidden="true">↑</span> <Figure {...rate(socket.tx_per_sec)} />
            </span>
          </li>
        ))}
      </ul>
      {sockets.length > MOST ? (
        <p className="detail-note">
          The first {MOST} of {sockets.length}. The Network page shows all.
        </p>
      ) : null}
    </>
  );
}
