import type { InterfaceReply } from '../../api/gen/InterfaceReply';
import { Figure } from '../../ui/Figure';
import { amount, rate, spoken } from '../../ui/format';
import { type InterfaceMemory, useInterfaceMemory } from './interfaceTrails';
import { byInterest, isUnused, lossesOf } from './losses';
import { MirrorSpark } from './MirrorSpark';

/** The network interfaces with their rates, and what they lost. */
export function InterfacesPanel({ interfaces }: { interfaces: readonly InterfaceReply[] }) {
  const memory = useInterfaceMemory();
  return (
    <section className="network-part" aria-labelledby="interfaces-title">
      <header className="network-part-head">
        <h2 id="interfaces-title">Interfaces</h2>
        <span className="network-swatch tone-tx">sent ↑</span>
        <span className="network-swatch tone-rx">received ↓</span>
      </header>
      {interfaces.length === 0 ? <p className="dim">No interface can be read.</p> : null}
      <ul>
        {byInterest(interfaces).map((face) => (
          <Interface key={face.name} face={face} memory={memory} />
        ))}
      </ul>
    </section>
  );
}

function Interface({ face, memory }: { face: InterfaceReply; memory: InterfaceMemory }) {
  const { words, rising } = lossesOf(face);
  const trails = memory.of(face.name);
  return (
    <li className="interface">
      <div className="interface-words">
        <b>{face.name}</b>
        <span className="interface-total">{isUnused(face) ? 'never used' : totals(face)}</span>
        {isUnused(face) ? null : (
          <span className={rising ? 'interface-losses warn' : 'interface-losses'}>
            {rising ? '▲ rising: ' : ''}
            {words}
          </span>
        )}
      </div>
      {trails && !isUnused(face) ? <MirrorSpark trails={trails} /> : null}
      {isUnused(face) ? null : (
        <div className="interface-rates">
          <Rate label="Sent" perSecond={face.bytes_sent_per_sec} />
          <Rate label="Received" perSecond={face.bytes_recv_per_sec} />
        </div>
      )}
    </li>
  );
}

function totals({ bytes_sent: sent, bytes_recv: received }: InterfaceReply): string {
  return `${spoken(amount(sent))} ↑ ${spoken(amount(received))} ↓`;
}

function Rate({ label, perSecond }: { label: string; perSecond: number | null }) {
  const unknown = perSecond === null ? 'Not known before the second sample' : undefined;
  return (
    <span title={unknown}>
      <span className="visually-hidden">{label} </span>
      <Figure {...rate(perSecond)} />
    </span>
  );
}
