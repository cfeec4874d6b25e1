/** Where a key leads from row `index`; null when the key does not move. -1 is the header. */
export function nextIndex(
  key: string,
  index: number,
  { count, page }: { count: number; page: number },
): number | null {
  const last = count - 1;
  const within = (wanted: number) => Math.min(last, Math.max(0, wanted));
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return within(index + 1);
    case 'k':
      return within(index - 1);
    case 'ArrowUp':
      return index === 0 ? -1 : within(index - 1);
    case 'PageDown':
      return within(index + page);
    case 'PageUp':
      return within(index - page);
    case 'Home':
      return within(0);
    case 'End':
      return within(last);
    default:
      return null;
  }
}
