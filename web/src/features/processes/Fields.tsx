import type { ReactNode } from 'react';
import type { GapReply } from '../../api/gen/GapReply';
import { whyAbsent } from '../../table/Absent';
import { DASH } from '../../ui/format';

/** A list of names and values. */
export function Fields({ children }: { children: ReactNode }) {
  return <dl className="fields">{children}</dl>;
}

interface Props {
  name: string;
  /** What is not known is null and says why. */
  children: ReactNode;
  field?: string;
  gaps?: readonly GapReply[];
  /** The whole of what may be cut. */
  title?: string;
  mono?: boolean;
}

/** One name and its value. */
export function Field({ name, children, field, gaps = [], title, mono }: Props) {
  const unknown = children === null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : undefined} title={title}>
        {unknown ? <NotKnown why={field ? whyAbsent(gaps, field) : null} /> : children}
      </dd>
    </div>
  );
}

function NotKnown({ why }: { why: string | null }) {
  return <span className="dim">{why ? `${DASH} ${why}` : DASH}</span>;
}
