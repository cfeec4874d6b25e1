import { describe, expect, it } from 'vitest';
import { scalePosition } from './scale';

describe('scalePosition', () => {
  it('is nothing for nothing and for what is not known', () => {
    expect(scalePosition(0)).toBe(0);
    expect(scalePosition(null)).toBe(0);
    expect(scalePosition(-5)).toBe(0);
    expect(scalePosition(Number.NaN)).toBe(0);
  });

  it('gives each factor of a thousand a third of the length', () => {
    const places = [1e3, 1e6, 1e9].map(scalePosition);
    expect(places[0]).toBeCloseTo(1 / 3, 3);
    expect(places[1]).toBeCloseTo(2 / 3, 3);
    expect(places[2]).toBe(1);
  });

  it('never leaves the cell', () => {
    expect(scalePosition(5e12)).toBe(1);
  });

  it('shows even one byte a second', () => {
    expect(scalePosition(1)).toBeGreaterThan(0.03);
  });
});
