import { useEffect, useState } from 'react';
import type { FrameHead } from '../../api/gen/FrameHead';
import { useHostStore } from '../../live/hooks';
import { GrowingTrail, type Trail } from '../../live/row';

/** The last minute of one interface. */
export interface InterfaceTrails {
  readonly received: Trail;
  readonly sent: Trail;
}

type Growing = { received: GrowingTrail; sent: GrowingTrail };

/** Remembers the rates of each interface from frame to frame. */
export class InterfaceMemory {
  private readonly faces = new Map<string, Growing>();
  private lastSeq: number | null = null;

  of(name: string): InterfaceTrails | undefined {
    return this.faces.get(name);
  }

  take({ seq, interfaces }: Pick<FrameHead, 'seq' | 'interfaces'>): void {
    if (seq === this.lastSeq) return;
    // How many samples are missing cannot be told after a restart; one hole marks the place.
    const missed = this.lastSeq !== null && seq !== this.lastSeq + 1 ? 1 : 0;
    this.lastSeq = seq;
    for (const face of interfaces) {
      const trails = this.faces.get(face.name) ?? this.begin(face.name);
      trails.received.skip(missed);
      trails.sent.skip(missed);
      trails.received.push(face.bytes_recv_per_sec);
      trails.sent.push(face.bytes_sent_per_sec);
    }
    this.forget(interfaces);
  }

  private begin(name: string): Growing {
    const trails = { received: new GrowingTrail(), sent: new GrowingTrail() };
    this.faces.set(name, trails);
    return trails;
  }

  /** Containers bring and take interfaces all day. */
  private forget(interfaces: FrameHead['interfaces']): void {
    if (this.faces.size === interfaces.length) return;
    const present = new Set(interfaces.map(({ name }) => name));
    for (const name of [...this.faces.keys()]) if (!present.has(name)) this.faces.delete(name);
  }
}

/** The interfaces' trails, from when their panel was opened. */
export function useInterfaceMemory(): InterfaceMemory {
  const store = useHostStore();
  const [memories] = useState(() => new WeakMap<object, InterfaceMemory>());
  let memory = memories.get(store);
  if (!memory) memories.set(store, (memory = new InterfaceMemory()));
  useEffect(() => {
    const take = () => store.head && memory.take(store.head);
    take();
    return store.subscribe(take);
  }, [store, memory]);
  return memory;
}
