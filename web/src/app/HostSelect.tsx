import { Select } from '@base-ui/react/select';
import type { ServerReply } from '../api/gen/ServerReply';
import { bytes, counted, spoken } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Skeleton } from '../ui/Loading';
import { selectHost, useServer, useServers } from './host';

/** Which host all pages show. */
export function HostSelect() {
  const servers = useServers().data?.servers ?? [];
  const server = useServer();
  if (!server) {
    return (
      <div className="host-select">
        <Skeleton width={120} height={14} />
      </div>
    );
  }
  return (
    <Select.Root value={server.id} onValueChange={(id) => id !== null && selectHost(id)}>
      <Select.Trigger className="host-select" aria-label={`Host ${server.hostname}`}>
        <HostLine server={server} />
        <Icon name="down" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          className="popup-place"
          sideOffset={4}
          align="start"
          alignItemWithTrigger={false}
        >
          <Select.Popup className="popup">
            <Select.List>
              {servers.map((one) => (
                <Select.Item key={one.id} value={one.id} label={one.hostname} className="host-item">
                  <HostLine server={one} />
                  <Select.ItemIndicator>
                    <Icon name="check" />
                  </Select.ItemIndicator>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}

function HostLine({ server }: { server: ServerReply }) {
  const memory = spoken(bytes(server.total_memory));
  return (
    <>
      <i className={server.is_active ? 'dot' : 'dot dot-silent'} aria-hidden="true" />
      <span className="host-words">
        <b>{server.hostname}</b>
        <small>
          {server.is_active ? '' : 'silent · '}
          {server.os} · {counted(server.cpu_count, 'core')} · {memory}
        </small>
      </span>
    </>
  );
}
