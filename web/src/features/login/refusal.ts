import type { ApiError } from '../../api/problem';
import { clock } from '../../ui/format';

/** Why a sign-in failed, in words. `now` in Unix seconds. */
export function refusalWords(refusal: ApiError, now: number): string {
  switch (refusal.status) {
    case 0:
      return 'The hub does not answer. Is it running, and can this machine reach it?';
    case 401:
      return 'User name or password is wrong.';
    case 429:
      return `Too many tries. ${whenAgain(refusal.retryAfter, now)}`;
    default:
      return refusal.message;
  }
}

function whenAgain(seconds: number | null, now: number): string {
  if (seconds === null) return 'Wait a moment, then try again.';
  return `Try again in ${Math.ceil(seconds)} s, at ${clock(now + seconds)}.`;
}
