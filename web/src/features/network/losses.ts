import type { InterfaceReply } from '../../api/gen/InterfaceReply';
import { counted } from '../../ui/format';

export interface Losses {
  /** What was lost since boot, or that nothing was. */
  words: string;
  /** Whether more was lost in the last sample. */
  rising: boolean;
}

/** Packets that an interface lost, in words. */
export function lossesOf(face: InterfaceReply): Losses {
  const parts = [
    part(face.errin, 'error', 'in'),
    part(face.errout, 'error', 'out'),
    part(face.dropin, 'drop', 'in'),
    part(face.dropout, 'drop', 'out'),
  ].filter((words) => words !== null);
  const rates = [
    face.errin_per_sec,
    face.errout_per_sec,
    face.dropin_per_sec,
    face.dropout_per_sec,
  ];
  return {
    words: parts.join(', ') || 'no errors, no drops',
    rising: rates.some((rate) => (rate ?? 0) > 0),
  };
}

function part(n: number, what: string, direction: string): string | null {
  return n === 0 ? null : `${counted(n, what)} ${direction}`;
}

/** Whether nothing ever went through it. */
export function isUnused({ bytes_sent: sent, bytes_recv: received }: InterfaceReply): boolean {
  return sent + received === 0;
}

/** In the kernel's order, the loopback after the others, those never used at the end. */
export function byInterest(faces: readonly InterfaceReply[]): InterfaceReply[] {
  const rank = (face: InterfaceReply) => (isUnused(face) ? 2 : face.name === 'lo' ? 1 : 0);
  return [...faces].sort((a, b) => rank(a) - rank(b));
}
