export type ToastKind = 'ok' | 'refused' | 'notice';

export interface ToastText {
  kind: ToastKind;
  title: string;
  detail?: string;
  /** Stays until it is closed. Refusals always do. */
  sticky?: boolean;
}

export interface Toast extends ToastText {
  key: number;
}

/** How long a message stays that needs no answer, in milliseconds. */
const SHOWN = 6000;
const MOST_AT_ONCE = 4;

let toasts: readonly Toast[] = [];
let lastKey = 0;
const listeners = new Set<() => void>();

/** Shows a message in the corner. */
export function toast(text: ToastText): void {
  lastKey += 1;
  const key = lastKey;
  change([...toasts, { ...text, key }].slice(-MOST_AT_ONCE));
  const stays = text.sticky ?? text.kind === 'refused';
  if (!stays) setTimeout(() => dismiss(key), SHOWN);
}

export function dismiss(key: number): void {
  change(toasts.filter((shown) => shown.key !== key));
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of [...listeners]) listener();
}
