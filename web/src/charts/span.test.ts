import { describe, expect, it } from 'vitest';
import { gapsOf, type HostSample, Timeline } from '../live/timeline';
import { bucketsOf, gapBoxes, spanOf, tickWords, ticksOf, xOf } from './span';
import { stackPaths } from './stack';

const START = Date.UTC(2026, 10, 20, 14, 0, 0);

function samplesAt(seconds: readonly number[]): HostSample[] {
  return seconds.map((second) => ({
    time: START + second * 1000,
    cpu: 50,
    user: 30,
    system: 15,
    iowait: 5,
    memory: 40,
  }));
}

const secondsTo = (last: number) => Array.from({ length: last + 1 }, (_, second) => second);

describe('spans of time', () => {
  it('grow in steps and end with the newest sample', () => {
    expect(spanOf(samplesAt(secondsTo(10)), 600)).toEqual({
      from: START + 10_000 - 60_000,
      to: START + 10_000,
      width: 600,
    });
    const long = spanOf(samplesAt(secondsTo(400)), 600);
    expect(long.to - long.from).toBe(15 * 60_000);
    expect(xOf(long, long.to)).toBe(600);
  });

  it('carry as many times as there is room for', () => {
    const span = { from: START, to: START + 15 * 60_000, width: 460 };
    const minutes = ticksOf(span).map((time) => (time - START) / 60_000);
    expect(minutes).toEqual([0, 3, 6, 9, 12, 15]);
    expect(ticksOf({ ...span, width: 40 }).length).toBeLessThanOrEqual(2);
    expect(tickWords(new Date(2026, 1, 1, 9, 5, 0).getTime())).toBe('09:05');
    expect(tickWords(new Date(2026, 1, 1, 9, 5, 30).getTime())).toBe('09:05:30');
  });

  it('put samples into columns that keep their value as time goes on', () => {
    const samples = samplesAt(secondsTo(59));
    samples.forEach((sample, i) => (sample.cpu = i));
    const cpu = (sample: HostSample) => sample.cpu;
    const now = bucketsOf(samples, { from: START, to: START + 60_000, width: 60 }, 6, cpu);
    expect(now).toHaveLength(10);
    expect(now[0]).toEqual({ time: START + 3000, mean: 2.5 });
    const later = { from: START + 1500, to: START + 61_500, width: 60 };
    expect(bucketsOf(samples, later, 6, cpu)[3]).toEqual(now[3]);
  });

  it('leave out what was not known', () => {
    const samples = samplesAt([0, 1]);
    samples.forEach((sample) => (sample.cpu = Number.NaN));
    const span = spanOf(samples, 60);
    expect(bucketsOf(samples, span, 3, (sample) => sample.cpu)).toEqual([]);
  });
});

describe('gaps', () => {
  const samples = samplesAt([0, 1, 2, 30, 31]);

  it('are where samples stand further apart than they should', () => {
    expect(gapsOf(samples, 1)).toEqual([{ from: START + 2000, to: START + 30_000 }]);
    expect(gapsOf(samples, 28)).toEqual([]);
  });

  it('are never drawn across', () => {
    const span = { from: START, to: START + 60_000, width: 600 };
    const layers = [{ name: 'user', tone: 'cpu', pick: (sample: HostSample) => sample.user }];
    const [stack] = stackPaths(samples, layers, { span, top: 0, floor: 100 }, 2500);
    expect(stack?.line.match(/M/g)).toHaveLength(2);
    expect(gapBoxes(gapsOf(samples, 1), span)).toEqual([{ x: 20, width: 280 }]);
  });

  it('stack the layers one upon the other', () => {
    const span = { from: START, to: START + 60_000, width: 600 };
    const layers = [
      { name: 'user', tone: 'cpu', pick: (sample: HostSample) => sample.user },
      { name: 'system', tone: 'system', pick: (sample: HostSample) => sample.system },
    ];
    const stack = stackPaths(samplesAt([0, 1]), layers, { span, top: 0, floor: 100 }, 2500);
    expect(stack.map(({ line }) => line.split('L')[1]?.split(' ')[1])).toEqual(['70.0', '55.0']);
  });
});

describe('Timeline', () => {
  it('forgets what is older than it can hold, and what a clock set back put into the future', () => {
    const timeline = new Timeline();
    for (const sample of samplesAt(secondsTo(2000))) timeline.push(sample);
    expect(timeline.length).toBeLessThanOrEqual(1000);
    expect(timeline.all.at(-1)?.time).toBe(START + 2_000_000);
    const [early] = samplesAt([5]);
    if (early) timeline.push(early);
    expect(timeline.length).toBe(1);
  });
});
