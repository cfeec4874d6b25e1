import type { ConnectionRow } from '../../api/gen/ConnectionRow';
import { isWaiting } from './state';

type Socket = Pick<
  ConnectionRow,
  'protocol' | 'local_address' | 'local_port' | 'status' | 'process_name' | 'owner'
>;

/** A local port that others can reach, and what is connected to it. */
export interface ListeningPort {
  /** `tcp` or `udp`; IPv4 and IPv6 are the same port to a reader. */
  transport: string;
  port: number;
  /** Names of the processes that wait on it, each once. */
  processes: readonly string[];
  /** Why a listener shows no process, where none does. */
  owner: string | null;
  /** Whether only this machine itself can reach it. */
  loopback: boolean;
  established: number;
  timeWait: number;
  /** On the way up or down: SYN, FIN and CLOSE states. */
  other: number;
  /** The three before together. */
  connections: number;
}

type Growing = ListeningPort & { processes: string[] };

/** The ports with a listener, those with most connections first. */
export function listeningPorts(sockets: Iterable<Socket>): ListeningPort[] {
  const ports = new Map<string, Growing>();
  const connected: Socket[] = [];
  for (const socket of sockets) {
    if (isWaiting(socket.status)) addListener(ports, socket);
    else connected.push(socket);
  }
  for (const socket of connected) {
    const port = ports.get(keyOf(socket));
    if (port) addConnection(port, socket.status);
  }
  return [...ports.values()].sort((a, b) => b.connections - a.connections || a.port - b.port);
}

function transportOf(protocol: string): string {
  return protocol.replace(/6$/, '');
}

function keyOf({ protocol, local_port: port }: Socket): string {
  return `${transportOf(protocol)} ${port}`;
}

function addListener(ports: Map<string, Growing>, socket: Socket): void {
  const key = keyOf(socket);
  let port = ports.get(key);
  if (!port) ports.set(key, (port = emptyPort(socket)));
  const name = socket.process_name;
  if (name !== null && !port.processes.includes(name)) port.processes.push(name);
  if (!isLoopback(socket.local_address)) port.loopback = false;
}

function emptyPort({ protocol, local_port: port, owner }: Socket): Growing {
  return {
    transport: transportOf(protocol),
    port,
    processes: [],
    owner,
    loopback: true,
    established: 0,
    timeWait: 0,
    other: 0,
    connections: 0,
  };
}

function addConnection(port: Growing, status: string): void {
  port.connections += 1;
  if (status === 'ESTABLISHED') port.established += 1;
  else if (status === 'TIME_WAIT') port.timeWait += 1;
  else port.other += 1;
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
