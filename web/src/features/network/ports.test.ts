import { describe, expect, it } from 'vitest';
import { listeningPorts } from './ports';

function socket(local_port: number, status: string, more: object = {}) {
  return {
    protocol: 'tcp',
    local_address: '10.0.0.3',
    local_port,
    status,
    process_name: null,
    owner: null,
    ...more,
  };
}

describe('listeningPorts', () => {
  it('counts the connections of a listener by state', () => {
    const states = ['LISTEN', 'ESTABLISHED', 'ESTABLISHED', 'TIME_WAIT', 'CLOSE_WAIT', 'FIN_WAIT2'];
    const [port] = listeningPorts(states.map((status) => socket(5432, status)));
    expect(port).toMatchObject({ established: 2, timeWait: 1, other: 2, connections: 5 });
  });

  it('leaves out the ports of outgoing connections', () => {
    expect(listeningPorts([socket(50112, 'ESTABLISHED'), socket(39914, 'SYN_SENT')])).toEqual([]);
  });

  it('finds a listener that comes after its connections', () => {
    const [port] = listeningPorts([socket(443, 'ESTABLISHED'), socket(443, 'LISTEN')]);
    expect(port?.connections).toBe(1);
  });

  it('takes IPv4 and IPv6 as one port, TCP and UDP as two', () => {
    const ports = listeningPorts([
      socket(53, 'LISTEN'),
      socket(53, 'LISTEN', { protocol: 'tcp6', local_address: '::' }),
      socket(53, 'UNCONN', { protocol: 'udp' }),
    ]);
    expect(ports.map(({ transport }) => transport).sort()).toEqual(['tcp', 'udp']);
  });

  it('names each process once', () => {
    const nginx = { process_name: 'nginx' };
    const [port] = listeningPorts([socket(80, 'LISTEN', nginx), socket(80, 'LISTEN', nginx)]);
    expect(port?.processes).toEqual(['nginx']);
  });

  it('keeps the reason where no process is known', () => {
    const [port] = listeningPorts([socket(22, 'LISTEN', { owner: 'denied' })]);
    expect(port).toMatchObject({ processes: [], owner: 'denied' });
  });

  it('says when only this machine can reach a port', () => {
    const local = { local_address: '127.0.0.1' };
    expect(listeningPorts([socket(6379, 'LISTEN', local)])[0]?.loopback).toBe(true);
    expect(
      listeningPorts([socket(6379, 'LISTEN', local), socket(6379, 'LISTEN')])[0]?.loopback,
    ).toBe(false);
  });

  it('puts the busiest first, then the lowest number', () => {
    const ports = listeningPorts([
      socket(8080, 'LISTEN'),
      socket(22, 'LISTEN'),
      socket(443, 'LISTEN'),
      socket(443, 'ESTABLISHED'),
    ]);
    expect(ports.map(({ port }) => port)).toEqual([443, 22, 8080]);
  });
});
