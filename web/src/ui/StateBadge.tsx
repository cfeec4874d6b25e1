/** The letter that `ps` prints for each state word of the hub, and the look that goes with it. */
const LETTERS: Readonly<Record<string, string>> = {
  running: 'R',
  sleeping: 'S',
  'disk-sleep': 'D',
  stopped: 'T',
  'tracing-stop': 't',
  zombie: 'Z',
  dead: 'X',
  idle: 'I',
  parked: 'P',
};

/** A process state as its letter; the word is read aloud and shown on hover. */
export function StateBadge({ status }: { status: string }) {
  const letter = LETTERS[status] ?? '?';
  return (
    <span className={`state state-${status}`} role="img" aria-label={status} title={status}>
      {letter}
    </span>
  );
}
