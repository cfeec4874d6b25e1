import { createContext, type ReactNode, useContext, useRef } from 'react';
import type { GapReply } from '../api/gen/GapReply';
import { useHead } from '../live/hooks';
import { DASH } from '../ui/format';

const Gaps = createContext<readonly GapReply[]>([]);

/** Lets the cells inside say why a value is not there. */
export function GapsOfHost({ children }: { children: ReactNode }) {
  const gaps = useHead()?.gaps ?? [];
  // Every frame brings the list anew; cells are drawn again only when it says something else.
  const kept = useRef({ text: '[]', gaps });
  const text = JSON.stringify(gaps);
  if (kept.current.text !== text) kept.current = { text, gaps };
  return <Gaps value={kept.current.gaps}>{children}</Gaps>;
}

/** The dash where a value is not known, with the reason on hover and for screen readers. */
export function Absent({ field }: { field: string }) {
  const why = whyAbsent(useContext(Gaps), field);
  return (
    <span className="absent" title={why}>
      <span aria-hidden="true">{DASH}</span>
      <span className="visually-hidden">not known: {why}</span>
    </span>
  );
}

/** The reason for a value of this field, in words. */
export function whyAbsent(gaps: readonly GapReply[], field: string): string {
  const gap =
    gaps.find(({ what }) => what === field) ??
    gaps.find(({ what }) => field.startsWith(what) || what.split(/[ ,]+/).includes(field));
  if (gap) return gap.detail;
  return field.startsWith('net_') ? 'No TCP socket of it is known.' : 'Not sampled yet.';
}
