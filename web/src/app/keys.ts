import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { PAGES } from './pages';

/** How long after `g` the second key counts, in milliseconds. */
const PATIENCE = 1500;

/** Whether keys go into a field, where they are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** `g` and the letter of a page goes there; `?` shows all keys. */
export function useShellKeys(showKeys: () => void): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    let pressedAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role=dialog], [role=alertdialog]')) return;
      const second = event.timeStamp - pressedAt < PATIENCE;
      pressedAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const page = second ? PAGES.find(({ key }) => key === event.key) : undefined;
      if (page) {
        // The table keys of the page under way must not see the letter too.
        event.preventDefault();
        event.stopPropagation();
        navigate(page.path);
      } else if (event.key === '?') {
        event.preventDefault();
        showKeys();
      }
    };
    document.addEventListener('keydown', onKey, { capture: true });
    return () => document.removeEventListener('keydown', onKey, { capture: true });
  }, [navigate, showKeys]);
}
