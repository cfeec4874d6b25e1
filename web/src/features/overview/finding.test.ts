import { describe, expect, it } from 'vitest';
import { SYSTEM } from '../../live/frames.fixture';
import { findingOf } from './finding';
import { memoryParts } from './memory';
import { pressureWords } from './pressure';

const CALM = { cpu_some: 0, io_some: 0, io_full: 0, memory_some: 0, memory_full: 0 };

describe('findingOf', () => {
  it.each([
    [{}, 'quiet', 'Quiet: CPU 3 %'],
    [{ cpu_percent: 29.9 }, 'quiet', 'Quiet: CPU 30 %'],
    [{ cpu_percent: 45 }, 'working', 'Working: CPU 45 %'],
    [{ cpu_percent: 93 }, 'busy', 'Busy: CPU 93 %'],
    [{ cpu_percent: 93, memory_percent: 81 }, 'busy', 'Busy: CPU 93 %, memory 81 %'],
    [{ memory_percent: 88 }, 'busy', 'Under strain: memory 88 %, CPU 3 %'],
    [{ swap_total: 100, swap_used: 60 }, 'busy', 'Under strain: swap 60 %, CPU 3 %'],
    [{ cpu_iowait_percent: 25 }, 'busy', 'Under strain: waiting for storage 25 %, CPU 3 %'],
    [
      { pressure: { ...CALM, io_some: 18.2 }, cpu_iowait_percent: 25 },
      'busy',
      'Under strain: tasks wait for storage 18 %, CPU 3 %',
    ],
    [{ pressure: CALM, cpu_iowait_percent: 25 }, 'quiet', 'Quiet: CPU 3 %'],
  ])('says of %j: %s', (change, level, sentence) => {
    expect(findingOf({ ...SYSTEM, ...change })).toEqual({ level, sentence });
  });

  it('says that CPU is not known yet instead of 0 %', () => {
    const { level, sentence } = findingOf({ ...SYSTEM, cpu_percent: null });
    expect(level).toBe('measuring');
    expect(sentence).not.toContain('0 %');
  });
});

describe('memoryParts', () => {
  it('adds up to the whole machine', () => {
    const parts = memoryParts(SYSTEM);
    expect(parts.map(({ bytes }) => bytes)).toEqual([3e9, 1e9, 4e9, 8e9]);
  });

  it('has no negative part where the kernel counts more cache than there is', () => {
    const parts = memoryParts({ ...SYSTEM, memory_cached: 9e9, memory_shared: 10e9 });
    expect(Math.min(...parts.map(({ bytes }) => bytes))).toBe(0);
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(SYSTEM.memory_total);
  });
});

describe('pressureWords', () => {
  it('tells a stall of all from a wait of some', () => {
    expect(pressureWords(CALM).io).toBe('nobody waits for storage');
    expect(pressureWords({ ...CALM, io_some: 3 }).io).toBe('someone waits for storage');
    expect(pressureWords({ ...CALM, io_some: 3, io_full: 1.24 }).io).toBe(
      'all tasks stalled 1.2 %',
    );
  });
});
