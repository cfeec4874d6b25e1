import { useSyncExternalStore } from 'react';
import { useMedia } from './width';

/** How close rows stand. */
export type Density = 'compact' | 'normal';

const KEY = 'topmast.density';
const listeners = new Set<() => void>();
let chosen: Density | null = read();

function read(): Density | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'compact' || stored === 'normal' ? stored : null;
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
    return null;
  }
}

/** Remembers the density for all tables. */
export function chooseDensity(density: Density): void {
  chosen = density;
  try {
    localStorage.setItem(KEY, density);
  } catch {
    // See `read`.
  }
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The density chosen; compact on a window under 1,000 px unless somebody chose. */
export function useDensity(): Density {
  const isLow = useMedia('(max-height: 999px)');
  const wanted = useSyncExternalStore(subscribe, () => chosen);
  return wanted ?? (isLow ? 'compact' : 'normal');
}

/** The height of a row in pixels: 24 or 28, and a whole finger where fingers point. */
export function useRowHeight(): number {
  const density = useDensity();
  const isTouch = useMedia('(pointer: coarse)');
  if (isTouch) return 44;
  return density === 'compact' ? 24 : 28;
}
