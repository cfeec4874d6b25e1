import type { PressureReply } from '../../api/gen/PressureReply';

/** What the shares of waiting tasks mean, in words. */
export interface PressureWords {
  cpu: string;
  io: string;
  memory: string;
}

export function pressureWords(pressure: PressureReply): PressureWords {
  return {
    cpu: pressure.cpu_some > 0 ? 'someone waits for a core' : 'nobody waits for a core',
    io: stalled(pressure.io_some, pressure.io_full, 'storage'),
    memory: stalled(pressure.memory_some, pressure.memory_full, 'memory'),
  };
}

function stalled(some: number, full: number, what: string): string {
  if (full > 0) return `all tasks stalled ${full.toFixed(1)} %`;
  return some > 0 ? `someone waits for ${what}` : `nobody waits for ${what}`;
}
