import type { ConnectionEntry } from '../../live/row';
import { HeldChip } from '../../table/HeldChip';
import type { LiveRows } from '../../table/live';
import { count, counted } from '../../ui/format';

interface Props {
  live: LiveRows<ConnectionEntry>;
  denied: number;
  held: boolean;
}

/** How many of how many, and which keys help. */
export function Foot({ live, denied, held }: Props) {
  return (
    <div className="table-foot">
      {held ? <HeldChip /> : null}
      <span className="network-keys" aria-hidden="true">
        <kbd>j</kbd> <kbd>k</kbd> move
      </span>
      <span className="network-keys" aria-hidden="true">
        <kbd>o</kbd> go to process
      </span>
      {denied > 0 ? (
        <span className="network-denied">{counted(denied, 'owner')} not visible</span>
      ) : null}
      <span className="table-count" role="status">
        {count(live.rows.length)} match, {count(live.total)} in total
      </span>
    </div>
  );
}
