import { Link } from 'wouter';
import { count, counted } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { ownerReason } from './owner';
import type { ListeningPort } from './ports';

/** More than anyone reads; a resolver may hold thousands of UDP ports. */
const ROWS_MAX = 200;

/** The ports that others can connect to, with the connections they have. */
export function PortsPanel({ ports }: { ports: readonly ListeningPort[] }) {
  const most = ports[0]?.connections ?? 0;
  return (
    <section className="network-part" aria-labelledby="ports-title">
      <header className="network-part-head">
        <h2 id="ports-title">Listening ports</h2>
        <span className="dim">by connections</span>
      </header>
      {ports.length === 0 ? <p className="dim">Nothing listens on this machine.</p> : null}
      <ul>
        {ports.slice(0, ROWS_MAX).map((port) => (
          <Port key={`${port.transport} ${port.port}`} port={port} most={most} />
        ))}
      </ul>
      {ports.length > ROWS_MAX ? (
        <p className="dim">
          {counted(ports.length - ROWS_MAX, 'more port')} with fewer connections
        </p>
      ) : null}
      <p className="port-legend">
        <span className="network-swatch swatch-established">established</span>
        <span className="network-swatch swatch-time-wait">time-wait</span>
        <span className="network-swatch swatch-other">opening or closing</span>
      </p>
    </section>
  );
}

/** A link rather than a button: what it leads to is a page with this filter. */
function filterPath({ port }: ListeningPort): string {
  return `/network?q=${encodeURIComponent(`local_port = ${port}`)}`;
}

function Port({ port, most }: { port: ListeningPort; most: number }) {
  return (
    <li>
      <Link href={filterPath(port)} className="port" title={portSentence(port)}>
        <b className="port-number">{port.port}</b>
        <span className="port-name">
          <PortName port={port} />
        </span>
        <PortBar port={port} most={most} />
        <span className="port-count">{count(port.connections)}</span>
      </Link>
    </li>
  );
}

function PortName({ port }: { port: ListeningPort }) {
  const { processes, owner, transport } = port;
  const reason = processes.length === 0 ? ownerReason(owner) : null;
  return (
    <>
      {reason?.locked ? <Icon name="lock" /> : null}
      {reason ? reason.words : processes.join(', ')}
      {transport === 'tcp' ? '' : ` · ${transport}`}
    </>
  );
}

function PortBar({ port, most }: { port: ListeningPort; most: number }) {
  const width = (n: number) => ({ width: `${most === 0 ? 0 : (n / most) * 100}%` });
  const { established, timeWait, other } = port;
  return (
    <span className="port-bar" aria-hidden="true">
      {established > 0 ? <i className="port-established" style={width(established)} /> : null}
      {timeWait > 0 ? <i className="port-time-wait" style={width(timeWait)} /> : null}
      {other > 0 ? <i className="port-other" style={width(other)} /> : null}
    </span>
  );
}

function portSentence({ established, timeWait, other, loopback }: ListeningPort): string {
  const states = `${count(established)} established, ${count(timeWait)} time-wait, ${count(other)} opening or closing`;
  return `${states}. ${loopback ? 'Only this machine can reach it.' : 'Other machines may reach it.'} Show its connections.`;
}
