import { describe, expect, it } from 'vitest';
import { GrowingTrail } from '../live/row';
import { largestOf, sparkPaths } from './sparkPaths';

function trailOf(values: readonly (number | null)[], size = 5): GrowingTrail {
  const trail = new GrowingTrail(size);
  for (const value of values) trail.push(value);
  return trail;
}

const BOX = { width: 40, height: 12 };

describe('sparkPaths', () => {
  it('ends with the newest sample at the right edge', () => {
    expect(sparkPaths(trailOf([0, 10]), 10, BOX).line).toBe('M30.0 11.0L40.0 1.0');
  });

  it('leaves a hole over samples that are not known', () => {
    const { line } = sparkPaths(trailOf([0, 0, null, 0, 0]), 10, BOX);
    expect(line).toBe('M0.0 11.0L10.0 11.0M30.0 11.0L40.0 11.0');
  });

  it('keeps the last samples when the ring is full', () => {
    const trail = trailOf([9, 9, 9, 0, 0, 0, 0, 10]);
    expect(sparkPaths(trail, 10, BOX).line.endsWith('L40.0 1.0')).toBe(true);
    expect(largestOf(trail, 1)).toBe(10);
  });

  it('draws nothing for an empty trail', () => {
    expect(sparkPaths(trailOf([]), 10, BOX)).toEqual({ line: '', area: '' });
  });
});
