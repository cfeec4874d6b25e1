import type { ReactNode } from 'react';
import { type StateShape, stateCue } from './state';

const SHAPES: Readonly<Record<StateShape, ReactNode>> = {
  full: <circle cx="6" cy="6" r="4.5" className="shape-filled" />,
  dotted: <circle cx="6" cy="6" r="4" strokeDasharray="2 1.6" />,
  open: <circle cx="6" cy="6" r="4" />,
  triangle: <path d="M6 1L11.2 10.6H.8z" className="shape-filled" />,
  clock: <path d="M10 6a4 4 0 1 1-8 0a4 4 0 1 1 8 0M6 3.4V6h2" />,
};

/** The kernel's word for a state, with a shape before it. */
export function StateCell({ status }: { status: string }) {
  const { shape, tone, meaning } = stateCue(status);
  return (
    <span className={`connection-state connection-${tone}`} title={meaning}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {SHAPES[shape]}
      </svg>
      {status}
    </span>
  );
}
