import type { ConnectionEntry } from '../../live/row';
import { Figure } from '../../ui/Figure';
import { count, DASH, type Formatted, rate } from '../../ui/format';
import { type SocketFigure, whyMissing } from './missing';

interface Props {
  row: ConnectionEntry;
  figure: SocketFigure;
}

/** A figure of a socket; where it is not known, a dash that tells why. */
export function FigureCell({ row, figure }: Props) {
  const value = row[figure];
  if (value === null) {
    const why = whyMissing(row, figure);
    return (
      <span className="absent" title={why}>
        <span aria-hidden="true">{DASH}</span>
        <span className="visually-hidden">not known: {why}</span>
      </span>
    );
  }
  if (figure === 'retransmits') return <Retransmits value={value} />;
  const formatted = figure === 'rtt_ms' ? milliseconds(value) : rate(value);
  if (value === 0) return <span className="zero">0</span>;
  return <Figure {...formatted} />;
}

function Retransmits({ value }: { value: number }) {
  return <span className={value === 0 ? 'zero' : undefined}>{count(value)}</span>;
}

/** A round-trip time, three significant digits. */
function milliseconds(value: number): Formatted {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return { value: value.toFixed(digits), unit: 'ms' };
}
