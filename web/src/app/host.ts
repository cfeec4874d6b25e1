import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api } from '../api/client';
import type { ServerReply } from '../api/gen/ServerReply';
import type { ServersReply } from '../api/gen/ServersReply';

const KEY = 'topmast.host';
const listeners = new Set<() => void>();
let chosen: string | null = read();

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
    return null;
  }
}

/** Follows this host on all pages, also after a reload. */
export function selectHost(id: string): void {
  chosen = id;
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // See `read`.
  }
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The hosts that this user may see. */
export function useServers() {
  return useQuery({
    queryKey: ['servers'],
    queryFn: () => api<ServersReply>('GET', '/servers'),
    refetchInterval: 30_000,
  });
}

/** The selected host, the first one unless another was chosen; null while it is not known. */
export function useServer(): ServerReply | null {
  const wanted = useSyncExternalStore(subscribe, () => chosen);
  const servers = useServers().data?.servers ?? [];
  return servers.find((server) => server.id === wanted) ?? servers[0] ?? null;
}
