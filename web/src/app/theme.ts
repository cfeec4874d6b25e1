import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'light' | 'dark' | 'system';

// The same key is read by public/theme.js before the first paint.
const KEY = 'topmast.theme';
const listeners = new Set<() => void>();
let choice: ThemeChoice = 'system';

/** Follows the choice of the user, and the system where the user chose that. */
export function watchTheme(): void {
  choice = read();
  show();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
}

export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
  show();
  for (const listener of [...listeners]) listener();
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): ThemeChoice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

function show(): void {
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = choice === 'dark' || (choice === 'system' && systemIsDark);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
