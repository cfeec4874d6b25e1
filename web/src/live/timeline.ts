/** What the page remembers of the host as a whole, for its charts. Percent unless said otherwise. */
export interface HostSample {
  /** Unix milliseconds of the sample. */
  time: number;
  cpu: number;
  user: number;
  system: number;
  iowait: number;
  memory: number;
}

/** Fifteen minutes at one sample a second. */
export const TIMELINE_LENGTH = 900;

/** The host's samples of this session, oldest first, at most `TIMELINE_LENGTH` of them. */
export class Timeline {
  private samples: HostSample[] = [];

  get length(): number {
    return this.samples.length;
  }

  get all(): readonly HostSample[] {
    return this.samples;
  }

  push(sample: HostSample): void {
    const last = this.samples.at(-1);
    // After the hub's clock was set back, old samples would lie in the future.
    if (last && sample.time < last.time) this.samples = [];
    if (last && sample.time === last.time) this.samples.pop();
    this.samples.push(sample);
    // Cut seldom: shifting on each sample would move the whole list every second.
    if (this.samples.length > TIMELINE_LENGTH + 100) {
      this.samples = this.samples.slice(-TIMELINE_LENGTH);
    }
  }
}

/** A stretch without samples, in Unix milliseconds. */
export interface TimeGap {
  from: number;
  to: number;
}

/** Where samples are missing: two neighbours further apart than two and a half intervals. */
export function gapsOf(samples: readonly HostSample[], interval: number): TimeGap[] {
  const limit = interval * 2500;
  const gaps: TimeGap[] = [];
  for (let i = 1; i < samples.length; i += 1) {
    const from = samples[i - 1]?.time ?? 0;
    const to = samples[i]?.time ?? 0;
    if (to - from > limit) gaps.push({ from, to });
  }
  return gaps;
}
