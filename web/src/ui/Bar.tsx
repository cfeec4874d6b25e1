/** Which resource a bar or line stands for; one colour per resource on every page. */
export type Tone = 'cpu' | 'memory' | 'io' | 'rx' | 'tx' | 'system' | 'text';

interface Props {
  /** 0 to 1; more is drawn as full. Null draws the empty track. */
  ratio: number | null;
  tone: Tone;
  /** Set where the value goes beyond a full bar: a notch marks where full was. */
  over?: number | null;
}

/** A thin bar beside a number. The number says it all, so the bar is hidden from screen readers. */
export function Bar({ ratio, tone, over }: Props) {
  const full = Math.min(1, Math.max(0, ratio ?? 0));
  const notched = over !== undefined && over !== null && over > 1;
  return (
    <span className={`bar tone-${tone}`} aria-hidden="true">
      <i style={{ width: `${(full * 100).toFixed(1)}%` }} />
      {notched ? <b style={{ left: `${(100 / over).toFixed(1)}%` }} /> : null}
    </span>
  );
}
