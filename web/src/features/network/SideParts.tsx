import { useMemo } from 'react';
import type { FrameHead } from '../../api/gen/FrameHead';
import type { ConnectionEntry } from '../../live/row';
import { deniedSentence } from './owner';
import { InterfacesPanel } from './InterfacesPanel';
import { listeningPorts } from './ports';
import { PortsPanel } from './PortsPanel';

interface PortsProps {
  connections: ReadonlyMap<number, ConnectionEntry>;
  version: number;
}

/** The listening ports as they are now. */
export function Ports({ connections, version }: PortsProps) {
  const ports = useMemo(
    () => listeningPorts(connections.values()),
    // The table changes in place, so its version stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [connections, version],
  );
  return <PortsPanel ports={ports} />;
}

interface NoteProps {
  denied: number;
}

/** One line for all owners that are hidden, in place of a warning in each row. */
export function OwnersNote({ denied }: NoteProps) {
  const sentence = deniedSentence(denied);
  if (!sentence) return null;
  return (
    <p className="network-note">
      <b>{sentence}</b> Run Topmast as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, to see
      them.
    </p>
  );
}

/** What stands beside the table on a wide page. */
export function SidePanel({
  head,
  denied,
  ...ports
}: PortsProps & NoteProps & { head: FrameHead }) {
  return (
    <aside className="network-side" aria-label="Interfaces and ports">
      <InterfacesPanel interfaces={head.interfaces} />
      <Ports {...ports} />
      <OwnersNote denied={denied} />
    </aside>
  );
}
