import { useEffect, useState } from 'react';
import { liveHost } from '../live/connection';
import { useHostStore, useVersion } from '../live/hooks';
import type { StreamStatus } from '../live/store';
import { clock } from '../ui/format';
import { Icon } from '../ui/Icon';
import { useServers } from './host';
import { sentenceOf } from '../api/client';

/** How long a broken connection may heal unseen, in milliseconds: most are back at once. */
const GRACE = 1000;

/** Says that the numbers are not live, and since when. The page below stays readable. */
export function StreamBanner() {
  useVersion();
  const { status } = useHostStore();
  const servers = useServers();
  if (servers.isError && !servers.data) return <HostsFailed why={sentenceOf(servers.error)} />;
  if (status.phase === 'reconnecting') return <Reconnecting status={status} />;
  if (status.phase === 'ended') {
    return (
      <p className="banner banner-notice" role="status">
        <Icon name="notice" />
        <span>
          <b>The stream ended.</b> {endedWords(status.reason)}
        </span>
      </p>
    );
  }
  return null;
}

function endedWords(reason: string): string {
  return reason === 'host_removed' ? 'This host was removed from the hub.' : `Reason: ${reason}.`;
}

function HostsFailed({ why }: { why: string }) {
  return (
    <p className="banner banner-warning" role="alert">
      <Icon name="warning" />
      <span>
        <b>The list of hosts could not be read.</b> {why}
      </span>
    </p>
  );
}

function Reconnecting({ status }: { status: Extract<StreamStatus, { phase: 'reconnecting' }> }) {
  const now = useNow();
  const [started] = useState(() => Date.now());
  if (now - started < GRACE && status.attempt === 1) return null;
  return (
    <div className="banner banner-warning" role="status">
      <Icon name="refresh" />
      {/* The countdown would be read aloud every second, so only the first part is. */}
      <span>
        <b>Reconnecting</b> to the hub, <span aria-hidden="true">{tryWords(status, now)}</span>
        {status.since ? ` Numbers are from ${clock(Date.parse(status.since) / 1000)}.` : ''}
      </span>
      <button type="button" className="banner-action" onClick={() => liveHost.retryNow()}>
        Now
      </button>
    </div>
  );
}

function tryWords(status: { attempt: number; retryAt: number }, now: number): string {
  const seconds = Math.ceil((status.retryAt - now) / 1000);
  return seconds > 0 ? `try ${status.attempt}, in ${seconds} s.` : `try ${status.attempt}, now.`;
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now;
}
