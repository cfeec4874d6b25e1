import { useRef } from 'react';
import { useLocation } from 'wouter';
import { useHostStore } from '../../live/hooks';
import type { ConnectionEntry } from '../../live/row';
import { useRowHeight } from '../../table/density';
import { useKeys } from '../../table/hotkeys';
import type { LiveRows } from '../../table/live';
import type { TableView } from '../../table/view';
import { VirtualTable } from '../../table/VirtualTable';
import { useNarrow } from '../../table/width';
import { Button } from '../../ui/Button';
import { counted } from '../../ui/format';
import { toast } from '../../ui/toast';
import { endpointText } from './address';
import { COLUMNS, PHONE_COLUMNS } from './columns';
import { ownerReason } from './owner';
import { processPath } from './processIndex';

/** Two lines of text and the space around them. */
const CARD_HEIGHT = 56;

interface Props {
  live: LiveRows<ConnectionEntry>;
  view: TableView;
  onHold: (held: boolean) => void;
}

/** The sockets of the host. `o` goes to the process of the focused one. */
export function ConnectionsTable({ live, view, onHold }: Props) {
  const isNarrow = useNarrow();
  const rowHeight = useRowHeight();
  const focused = useRef<ConnectionEntry | null>(null);
  const goToProcess = useGoToProcess();
  useKeys({ o: () => focused.current && goToProcess(focused.current) });
  return (
    <VirtualTable
      label="Connections"
      columns={isNarrow ? PHONE_COLUMNS : COLUMNS}
      rows={live.rows}
      rowHeight={isNarrow ? CARD_HEIGHT : rowHeight}
      hidesHeads={isNarrow}
      sort={view.sort}
      onSort={view.setSort}
      rowName={rowName}
      // A finger finds a row easier than the link in it.
      onOpen={isNarrow ? goToProcess : undefined}
      onHold={onHold}
      onFocusRow={(row) => {
        focused.current = row;
      }}
      empty={<Empty live={live} view={view} />}
    />
  );
}

function rowName(row: ConnectionEntry): string {
  const local = endpointText(row.local_address, row.local_port);
  return `${local} to ${endpointText(row.remote_address, row.remote_port)}`;
}

function useGoToProcess(): (row: ConnectionEntry) => void {
  const store = useHostStore();
  const [, navigate] = useLocation();
  return (row) => {
    const path = processPath(store, row.pid);
    if (path) {
      navigate(path);
      return;
    }
    const detail =
      row.pid === null ? ownerReason(row.owner).detail : `Process ${row.pid} has ended.`;
    toast({ kind: 'notice', title: 'There is no process to go to', detail });
  };
}

function Empty({ live, view }: Pick<Props, 'live' | 'view'>) {
  if (live.total === 0) {
    return (
      <div className="table-empty" role="status">
        <h2>No sockets</h2>
        <p>Nothing on this machine is connected or listens, or its sockets cannot be read.</p>
      </div>
    );
  }
  return (
    <div className="table-empty" role="status">
      <h2>No connection matches</h2>
      <p>{counted(live.total, 'connection')} without the filter.</p>
      <Button onClick={() => view.setQuery('')}>
        Clear the filter <kbd>Esc</kbd>
      </Button>
    </div>
  );
}
