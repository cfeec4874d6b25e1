import { useSyncExternalStore } from 'react';
import { session } from '../api/client';
import type { MeReply } from '../api/gen/MeReply';
import type { SessionPhase } from '../api/session';

/** Where the session stands. */
export function useSessionPhase(): SessionPhase {
  return useSyncExternalStore(session.subscribe, () => session.phase);
}

/** Who is signed in; null when nobody is. */
export function useMe(): MeReply | null {
  return useSyncExternalStore(session.subscribe, () => session.me);
}

/** What to say on the sign-in page, e.g. that a session ended. */
export function useSessionNotice(): string | null {
  return useSyncExternalStore(session.subscribe, () => session.notice);
}
