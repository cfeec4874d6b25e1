import type { ConnectionEntry } from '../../live/row';
import { Icon } from '../../ui/Icon';
import { EndpointCell } from './EndpointCell';
import { FigureCell } from './FigureCell';
import { ownerReason } from './owner';
import { StateCell } from './StateCell';

/** A connection on a phone: who and what state, between whom, and the two rates. */
export function PhoneRow({ row }: { row: ConnectionEntry }) {
  const reason = row.pid === null ? ownerReason(row.owner) : null;
  return (
    <span className="connection-card">
      <span className="connection-card-who">
        {reason?.locked ? <Icon name="lock" /> : null}
        {reason ? (
          <span className="owner-none">{reason.words}</span>
        ) : (
          <>
            <b>{row.process_name ?? 'process'}</b>
            <span className="owner-pid">{row.pid}</span>
          </>
        )}
        <StateCell status={row.status} />
      </span>
      <span className="connection-card-rate">
        <Rate direction="Sent" sign="↑" row={row} />
      </span>
      <span className="connection-card-ends">
        <span className="cell-protocol">{row.protocol}</span>
        <EndpointCell address={row.local_address} port={row.local_port} />
        {row.remote_address === null ? null : (
          <>
            <span aria-hidden="true">→</span>
            <EndpointCell address={row.remote_address} port={row.remote_port} />
          </>
        )}
      </span>
      <span className="connection-card-rate">
        <Rate direction="Received" sign="↓" row={row} />
      </span>
    </span>
  );
}

interface RateProps {
  direction: 'Sent' | 'Received';
  sign: string;
  row: ConnectionEntry;
}

function Rate({ direction, sign, row }: RateProps) {
  return (
    <>
      <span className="visually-hidden">{direction} </span>
      <FigureCell row={row} figure={direction === 'Sent' ? 'tx_per_sec' : 'rx_per_sec'} />
      <span className="unit" aria-hidden="true">
        {sign}
      </span>
    </>
  );
}
