import type { ConnectionRow } from '../../api/gen/ConnectionRow';
import { counted } from '../../ui/format';

/** Why a socket shows no process. */
export interface OwnerReason {
  /** Short enough for a cell. */
  words: string;
  /** One sentence that explains it. */
  detail: string;
  /** Whether a permission stands in the way. */
  locked: boolean;
}

const REASONS: Readonly<Record<string, OwnerReason>> = {
  kernel: {
    words: 'kernel, no owner',
    detail: 'No process holds it any more: the kernel keeps it until the connection is over.',
    locked: false,
  },
  unseen: {
    words: 'not in sight',
    detail:
      'No process that can be seen here holds it: one outside this container may, or the kernel.',
    locked: false,
  },
  denied: {
    words: 'not visible',
    detail: 'It belongs to a process whose open files Topmast may not read.',
    locked: true,
  },
  not_yet: {
    words: 'not looked up yet',
    detail: 'The socket is new; its process is looked up with one of the next samples.',
    locked: false,
  },
};

/** Why `pid` is null. A reason that this page does not know is shown as the hub gives it. */
export function ownerReason(owner: string | null): OwnerReason {
  const known = owner === null ? undefined : REASONS[owner];
  if (known) return known;
  const words = owner?.replaceAll('_', ' ') ?? 'not known';
  return { words, detail: `The hub gives no process for this socket: ${words}.`, locked: false };
}

/** How many sockets have an owner that may not be seen. */
export function countDenied(rows: Iterable<Pick<ConnectionRow, 'owner'>>): number {
  let denied = 0;
  for (const { owner } of rows) if (owner === 'denied') denied += 1;
  return denied;
}

/** The sentence for that number; null when every owner can be seen. */
export function deniedSentence(denied: number): string | null {
  if (denied === 0) return null;
  const verb = denied === 1 ? 'belongs' : 'belong';
  return `${counted(denied, 'socket')} ${verb} to processes that are not visible.`;
}
