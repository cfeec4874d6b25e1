import type { ProcessReference } from '../../api/gen/ProcessReference';
import { useHostStore } from '../../live/hooks';
import type { ProcessEntry } from '../../live/row';
import { identity } from './target';

interface Props {
  row: ProcessEntry;
  /** The parent first. */
  ancestors: readonly ProcessReference[];
  onOpen: (id: number) => void;
}

/** The way from the first process to this one. */
export function Ancestors({ row, ancestors, onOpen }: Props) {
  if (ancestors.length === 0) return null;
  return (
    <nav className="ancestors" aria-label="Ancestors">
      <ol>
        {ancestors.toReversed().map((ancestor) => (
          <li key={ancestor.pid}>
            <ProcessLink reference={ancestor} onOpen={onOpen} />
          </li>
        ))}
        <li aria-current="true">
          <b>{row.name}</b>
        </li>
      </ol>
    </nav>
  );
}

/** Opens a process that is named by another; only its name where it is not in the table. */
export function ProcessLink({
  reference,
  onOpen,
}: {
  reference: ProcessReference;
  onOpen: (id: number) => void;
}) {
  const { processes } = useHostStore();
  const words = `${reference.name} ${reference.pid}`;
  const open = () => {
    for (const entry of processes.values()) {
      if (identity(entry) === identity(reference)) onOpen(entry.id);
    }
  };
  return (
    <button type="button" className="link-button" onClick={open}>
      {words}
    </button>
  );
}
