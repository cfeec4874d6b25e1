import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bar } from './Bar';
import { Segmented } from './Segmented';
import { StateBadge } from './StateBadge';
import { toast, Toaster } from './Toaster';

afterEach(cleanup);

describe('Segmented', () => {
  function Density() {
    const [value, setValue] = useState<'24' | '28'>('24');
    const segments = [
      { value: '24', label: '24' },
      { value: '28', label: '28' },
    ] as const;
    return <Segmented label="Row height" value={value} segments={segments} onChange={setValue} />;
  }

  it('moves the choice and the focus with the arrow keys, around the end', () => {
    render(<Density />);
    const [first, second] = screen.getAllByRole('radio');
    expect(first?.tabIndex).toBe(0);
    expect(second?.tabIndex).toBe(-1);
    if (first) fireEvent.keyDown(first, { key: 'ArrowRight' });
    expect(second?.getAttribute('aria-checked')).toBe('true');
    expect(document.activeElement).toBe(second);
    if (second) fireEvent.keyDown(second, { key: 'ArrowRight' });
    expect(first?.getAttribute('aria-checked')).toBe('true');
  });
});

describe('Toaster', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lets good news go by itself and keeps a refusal until it is closed', () => {
    render(<Toaster />);
    act(() => {
      toast({ kind: 'ok', title: 'Process 12 ended' });
      toast({ kind: 'refused', title: 'Not permitted', detail: 'Nothing changed.' });
    });
    expect(screen.getByText('Process 12 ended')).toBeTruthy();
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.queryByText('Process 12 ended')).toBeNull();
    expect(screen.getByRole('alert').textContent).toContain('Nothing changed.');
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByText('Not permitted')).toBeNull();
  });
});

describe('StateBadge', () => {
  it('shows the letter and says the word', () => {
    render(<StateBadge status="disk-sleep" />);
    expect(screen.getByRole('img', { name: 'disk-sleep' }).textContent).toBe('D');
  });
});

describe('Bar', () => {
  it('is full at one core and marks what lies beyond', () => {
    const { container } = render(<Bar ratio={1.6} over={1.6} tone="cpu" />);
    expect(container.querySelector('i')?.style.width).toBe('100.0%');
    expect(container.querySelector('b')?.style.left).toBe('62.5%');
  });
});
