import { liveHost } from '../live/connection';
import { useHostStore, useVersion } from '../live/hooks';
import type { StreamStatus } from '../live/store';
import { Icon } from '../ui/Icon';

const WORDS: Readonly<Record<StreamStatus['phase'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Not live',
  ended: 'Ended',
};

/** Whether the numbers are of this second. */
export function LivePill() {
  useVersion();
  const { phase } = useHostStore().status;
  if (phase === 'reconnecting') {
    return (
      <button type="button" className="pill pill-off" onClick={() => liveHost.retryNow()}>
        <Icon name="refresh" />
        {WORDS[phase]}
      </button>
    );
  }
  return (
    <span className={phase === 'live' ? 'pill' : 'pill pill-off'} role="status">
      <i aria-hidden="true" />
      {WORDS[phase]}
    </span>
  );
}
