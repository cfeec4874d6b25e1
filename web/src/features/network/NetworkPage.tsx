import '../../styles/network.css';
import { useMemo, useState } from 'react';
import { useHead, useHostStore, useVersion } from '../../live/hooks';
import { DensityChoice } from '../../table/DensityChoice';
import { FilterBar } from '../../table/FilterBar';
import { useLiveRows } from '../../table/live';
import { TableLoading } from '../../table/TableLoading';
import { useTableView } from '../../table/view';
import { useMedia, useNarrow } from '../../table/width';
import { Segmented } from '../../ui/Segmented';
import { COLUMNS, FIRST_SORT, SORT_KEYS } from './columns';
import { CONNECTION_FILTER } from './connectionFilter';
import { ConnectionsTable } from './ConnectionsTable';
import { Foot } from './Foot';
import { InterfacesPanel } from './InterfacesPanel';
import { countDenied } from './owner';
import { PhoneSort } from './PhoneSort';
import { OwnersNote, Ports, SidePanel } from './SideParts';
import { useNetworkView } from './view';

/** From this width on the side panel leaves the table enough room. */
const WIDE = '(min-width: 1180px)';

/** The sockets, ports and interfaces of the host. */
export function NetworkPage() {
  const version = useVersion();
  const store = useHostStore();
  const head = useHead();
  const isWide = useMedia(WIDE);
  const isNarrow = useNarrow();
  const [part, showPart] = useNetworkView();
  const [held, hold] = useState(false);
  const view = useTableView(SORT_KEYS, FIRST_SORT);
  const { connections } = store;
  const live = useLiveRows({
    table: connections,
    version,
    columns: COLUMNS,
    schema: CONNECTION_FILTER,
    query: view.query,
    sort: view.sort,
    held,
  });
  const denied = useMemo(
    () => countDenied(connections.values()),
    // The table changes in place, so its version stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [connections, version],
  );
  const shown = isWide ? 'connections' : part;
  const parts = (
    <Segmented
      label="Part of the page"
      value={part}
      segments={[
        { value: 'connections', label: 'Connections' },
        { value: 'ports', label: 'Ports' },
        { value: 'interfaces', label: 'Interfaces' },
      ]}
      onChange={showPart}
    />
  );
  if (!head) return <TableLoading what="connections" />;
  const stale = store.status.phase === 'reconnecting' || store.status.phase === 'ended';
  return (
    <div className={stale ? 'network stale' : 'network'}>
      <h1 className="visually-hidden">Network</h1>
      {shown === 'connections' ? (
        <FilterBar
          subject="connections"
          query={view.query}
          placeholder={isNarrow ? 'postgres, port = 5432' : 'postgres, port = 5432, rtt > 20ms'}
          mistake={live.mistake}
          onQuery={view.setQuery}
          before={isWide ? null : parts}
        >
          {isNarrow ? <PhoneSort sort={view.sort} onSort={view.setSort} /> : <DensityChoice />}
        </FilterBar>
      ) : (
        <div className="filter-bar">{parts}</div>
      )}
      <div className="split">
        {shown === 'connections' ? (
          <div className="table-side">
            <ConnectionsTable live={live} view={view} onHold={hold} />
            <Foot live={live} denied={denied} held={held} />
          </div>
        ) : (
          <div className="network-only">
            {shown === 'ports' ? <Ports connections={connections} version={version} /> : null}
            {shown === 'ports' ? <OwnersNote denied={denied} /> : null}
            {shown === 'interfaces' ? <InterfacesPanel interfaces={head.interfaces} /> : null}
          </div>
        )}
        {isWide ? <SidePanel {...{ head, denied, connections, version }} /> : null}
      </div>
    </div>
  );
}
