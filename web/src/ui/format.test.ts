import { describe, expect, it } from 'vitest';
import { amount, bytes, clock, count, counted, duration, percent, rate, spoken } from './format';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1024, '1.00 KiB'],
    [10_235, '10.0 KiB'],
    [102_400, '100 KiB'],
    [1023 * 1024, '1.00 MiB'],
    [1.5 * 1024 ** 3, '1.50 GiB'],
    [5 * 1024 ** 6, '5120 PiB'],
  ])('writes %d bytes as %s', (n, words) => {
    expect(spoken(bytes(n))).toBe(words);
  });

  it('writes rates in powers of 1000', () => {
    expect(spoken(rate(400_000))).toBe('400 kB/s');
    expect(spoken(rate(1_900_000))).toBe('1.90 MB/s');
    expect(spoken(rate(0))).toBe('0 B/s');
    expect(spoken(amount(1.92e12))).toBe('1.92 TB');
  });

  it('never writes a zero for what is not known', () => {
    for (const write of [bytes, rate, amount, percent]) {
      expect(write(null)).toEqual({ value: '–', unit: '' });
      expect(write(Number.NaN).value).toBe('–');
    }
    expect([count(null), duration(null), clock(null)]).toEqual(['–', '–', '–']);
  });

  it('writes percents with one digit and counts in groups', () => {
    expect(spoken(percent(142.34))).toBe('142.3 %');
    expect(count(1284)).toBe('1,284');
    expect(counted(1, 'core')).toBe('1 core');
    expect(counted(2, 'process', 'processes')).toBe('2 processes');
  });

  it.each([
    [4.21, '4.2 s'],
    [12.9, '12 s'],
    [59.97, '1 m 0 s'],
    [185, '3 m 5 s'],
    [8040, '2 h 14 m'],
    [3_564_000, '41 d 6 h'],
  ])('writes %d seconds as %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it('writes the time of day of the reader', () => {
    const moment = new Date(2026, 10, 20, 4, 2, 1);
    expect(clock(moment.getTime() / 1000)).toBe('04:02:01');
  });
});
