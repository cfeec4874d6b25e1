import { describe, expect, it } from 'vitest';
import type { InterfaceReply } from '../../api/gen/InterfaceReply';
import { sampleAt, type Trail } from '../../live/row';
import { InterfaceMemory } from './interfaceTrails';

/** Only what the memory reads. */
function face(name: string, received: number | null): InterfaceReply {
  const read = { name, bytes_recv_per_sec: received, bytes_sent_per_sec: 0 };
  return read as InterfaceReply;
}

function samples(trail: Trail | undefined): number[] {
  if (!trail) return [];
  return Array.from({ length: trail.length }, (_, index) => sampleAt(trail, index));
}

describe('InterfaceMemory', () => {
  it('takes each frame once, oldest first', () => {
    const memory = new InterfaceMemory();
    memory.take({ seq: 1, interfaces: [face('eth0', 10)] });
    memory.take({ seq: 1, interfaces: [face('eth0', 10)] });
    memory.take({ seq: 2, interfaces: [face('eth0', 20)] });
    expect(samples(memory.of('eth0')?.received)).toEqual([10, 20]);
  });

  it('leaves a hole where frames are missing and where a rate is not known', () => {
    const memory = new InterfaceMemory();
    memory.take({ seq: 1, interfaces: [face('eth0', 10)] });
    memory.take({ seq: 5, interfaces: [face('eth0', 20)] });
    memory.take({ seq: 6, interfaces: [face('eth0', null)] });
    expect(samples(memory.of('eth0')?.received)).toEqual([10, Number.NaN, 20, Number.NaN]);
  });

  it('forgets interfaces that went away', () => {
    const memory = new InterfaceMemory();
    memory.take({ seq: 1, interfaces: [face('eth0', 1), face('veth1', 1)] });
    memory.take({ seq: 2, interfaces: [face('eth0', 1)] });
    expect(memory.of('veth1')).toBeUndefined();
    expect(samples(memory.of('eth0')?.received)).toEqual([1, 1]);
  });
});
