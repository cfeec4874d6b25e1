import type { SystemReply } from '../../api/gen/SystemReply';

/** The one sentence about a host. */
export interface Finding {
  level: 'measuring' | 'quiet' | 'working' | 'busy';
  sentence: string;
}

/** From these shares on, in percent, a resource is worth a word in the headline. */
export const LIMITS = {
  busyCpu: 80,
  workingCpu: 30,
  memory: 80,
  swap: 50,
  ioWait: 20,
  ioPressure: 10,
  cpuPressure: 20,
  memoryPressure: 5,
} as const;

/** Says in plain words how the host does, from the numbers as the hub gives them. */
export function findingOf(system: SystemReply): Finding {
  const cpu = system.cpu_percent;
  if (cpu === null) {
    return { level: 'measuring', sentence: 'Measuring: CPU is known from the second sample on' };
  }
  const cpuWords = `CPU ${whole(cpu)}`;
  const strained = strains(system);
  if (cpu >= LIMITS.busyCpu) {
    return { level: 'busy', sentence: `Busy: ${[cpuWords, ...strained].join(', ')}` };
  }
  if (strained.length > 0) {
    return { level: 'busy', sentence: `Under strain: ${[...strained, cpuWords].join(', ')}` };
  }
  if (cpu >= LIMITS.workingCpu) return { level: 'working', sentence: `Working: ${cpuWords}` };
  return { level: 'quiet', sentence: `Quiet: ${cpuWords}` };
}

/** What is short beside CPU. */
function strains(system: SystemReply): string[] {
  const words: string[] = [];
  if (system.memory_percent >= LIMITS.memory) words.push(`memory ${whole(system.memory_percent)}`);
  const swap = system.swap_total > 0 ? (system.swap_used / system.swap_total) * 100 : 0;
  if (swap >= LIMITS.swap) words.push(`swap ${whole(swap)}`);
  const io = system.pressure?.io_some ?? null;
  // Where the kernel tells pressure, it is the truer word: I/O wait hides behind a busy core.
  if (io !== null && io >= LIMITS.ioPressure) words.push(`tasks wait for storage ${whole(io)}`);
  const waiting = system.cpu_iowait_percent ?? 0;
  if (io === null && waiting >= LIMITS.ioWait) words.push(`waiting for storage ${whole(waiting)}`);
  const memory = system.pressure?.memory_some ?? 0;
  if (memory >= LIMITS.memoryPressure) words.push(`tasks wait for memory ${whole(memory)}`);
  return words;
}

function whole(share: number): string {
  return `${Math.round(share)} %`;
}
