import { Ribbon } from '../charts/Ribbon';
import { HostSelect } from './HostSelect';
import { LivePill } from './LivePill';
import { UserMenu } from './UserMenu';

/** Host, CPU of the session, how live the page is, and who is signed in. */
export function TopBar({ onKeys }: { onKeys: () => void }) {
  return (
    <header className="top-bar">
      <HostSelect />
      <Ribbon />
      <div className="top-bar-live">
        <LivePill />
      </div>
      <div className="top-bar-user">
        <UserMenu onKeys={onKeys} />
      </div>
    </header>
  );
}
