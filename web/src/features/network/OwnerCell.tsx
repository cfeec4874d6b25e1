import { Link } from 'wouter';
import { useHostStore } from '../../live/hooks';
import type { ConnectionEntry } from '../../live/row';
import { Icon } from '../../ui/Icon';
import { ownerReason } from './owner';
import { processPath } from './processIndex';

/** The process that holds a socket, or why none is shown. */
export function OwnerCell({ row }: { row: ConnectionEntry }) {
  const store = useHostStore();
  if (row.pid === null) return <NoOwner owner={row.owner} />;
  const path = processPath(store, row.pid);
  const name = row.process_name ?? 'process';
  return (
    <span className="owner">
      {path ? (
        // The row is the tab stop; `o` follows this link from there.
        <Link href={path} tabIndex={-1} title={`Open ${name} ${row.pid}`}>
          {name}
        </Link>
      ) : (
        <b>{name}</b>
      )}
      <span className="owner-pid">{row.pid}</span>
    </span>
  );
}

function NoOwner({ owner }: { owner: string | null }) {
  const { words, detail, locked } = ownerReason(owner);
  return (
    <span className="owner-none" title={detail}>
      {locked ? <Icon name="lock" /> : null}
      {words}
    </span>
  );
}
