/** Strokes on a 24 by 24 grid. Circles are written as arcs so that one path draws an icon. */
const PATHS = {
  overview: 'M3 3h7v8H3zM14 3h7v5h-7zM14 12h7v9h-7zM3 15h7v6H3z',
  processes: 'M4 5h16M4 10h16M4 15h10M4 20h6',
  network:
    'M7.2 12a2.2 2.2 0 1 1-4.4 0a2.2 2.2 0 1 1 4.4 0M20.2 5a2.2 2.2 0 1 1-4.4 0a2.2 2.2 0 1 1 4.4 0M20.2 19a2.2 2.2 0 1 1-4.4 0a2.2 2.2 0 1 1 4.4 0M7 11l9-5M7 13l9 5',
  search: 'M16.5 10.5a6 6 0 1 1-12 0a6 6 0 1 1 12 0M15 15l5 5',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  lock: 'M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3',
  warning: 'M12 3.5L22 20.5H2zM12 10v5M12 17.8v.1',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 4l12 8-12 8z',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  left: 'M15 6l-6 6 6 6',
  right: 'M9 6l6 6-6 6',
  tree: 'M5 4v13h6M5 9h6M14 7h6v4h-6zM14 15h6v4h-6z',
  table: 'M3 5h18v14H3zM3 10h18M3 15h18',
  refresh: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5',
  stop: 'M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0M6 6l12 12',
  notice: 'M21 12a9 9 0 1 1-18 0a9 9 0 1 1 18 0M12 11v6M12 7.5v.1',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  cpu: 'M6 6h12v12H6zM9 2v4M15 2v4M9 18v4M15 18v4M2 9h4M2 15h4M18 9h4M18 15h4',
  memory: 'M3 7h18v10H3zM7 11v2M11 11v2M15 11v2M19 11v2',
  disk: 'M4 6a8 3 0 1 0 16 0a8 3 0 1 0-16 0M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6',
  follow: 'M15 12a3 3 0 1 1-6 0a3 3 0 1 1 6 0M12 2v5M12 17v5M2 12h5M17 12h5',
  flash: 'M13 2L5 14h6l-1 8 9-13h-7z',
  sun: 'M16 12a4 4 0 1 1-8 0a4 4 0 1 1 8 0M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z',
  system: 'M3 4h18v12H3zM9 20h6M12 16v4',
  keyboard: 'M2 6h20v12H2zM6 10h.1M10 10h.1M14 10h.1M18 10h.1M7 14h10',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word. It says nothing by itself, so it is hidden from screen readers. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      className={className ? `icon ${className}` : 'icon'}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
