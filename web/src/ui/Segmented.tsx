import type { ReactNode } from 'react';
import { useRef } from 'react';

export interface Segment<Value extends string> {
  value: Value;
  label: ReactNode;
  /** Read aloud in place of the label, where the label is a picture. */
  name?: string;
}

interface Props<Value extends string> {
  /** What the choice is about, for screen readers. */
  label: string;
  value: Value;
  segments: readonly Segment<Value>[];
  onChange: (value: Value) => void;
}

/** A choice of one among a few, all in sight. Arrow keys move it, as in a group of radio buttons. */
export function Segmented<Value extends string>({
  label,
  value,
  segments,
  onChange,
}: Props<Value>) {
  const group = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const here = segments.findIndex((segment) => segment.value === value);
    const there = (here + step + segments.length) % segments.length;
    const target = segments[there];
    if (!target) return;
    onChange(target.value);
    (group.current?.children[there] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      className="segmented"
      role="radiogroup"
      aria-label={label}
      ref={group}
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        move(step);
      }}
    >
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          role="radio"
          aria-checked={segment.value === value}
          aria-label={segment.name}
          title={segment.name}
          tabIndex={segment.value === value ? 0 : -1}
          onClick={() => onChange(segment.value)}
        >
          {segment.label}
        </button>
      ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};
