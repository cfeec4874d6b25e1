import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '../app/keys';

/** What single keys do on a page, by `event.key`; a capital is the key with Shift. */
export type Keys = Readonly<Record<string, () => void>>;

/** Listens for single keys while nobody types and no dialog is open. */
export function useKeys(keys: Keys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) && !isTick(event.target)) return;
    if (document.querySelector('[role=dialog][aria-modal], [role=alertdialog]')) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** A tick box is an input element, but nobody types into it. */
function isTick(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'checkbox';
}
