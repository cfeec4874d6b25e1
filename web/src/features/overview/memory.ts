import type { SystemReply } from '../../api/gen/SystemReply';

export interface MemoryPart {
  name: string;
  /** The word behind `memory-part-` in the style sheet. */
  look: string;
  bytes: number;
}

/** The memory of the machine in parts that add up to all of it. */
export function memoryParts(system: SystemReply): MemoryPart[] {
  const { memory_total: total, memory_free: free } = system;
  const cached = Math.min(system.memory_cached, total - free);
  // Shared memory lies in the page cache, but cannot be dropped like the rest of it.
  const shared = Math.min(system.memory_shared, cached);
  return [
    { name: 'applications', look: 'applications', bytes: total - free - cached },
    { name: 'shared', look: 'shared', bytes: shared },
    { name: 'cache', look: 'cache', bytes: cached - shared },
    { name: 'free', look: 'free', bytes: free },
  ];
}
