import type { ConnectionRow } from '../api/gen/ConnectionRow';
import type { ProcessRow } from '../api/gen/ProcessRow';

/** How many samples a trail keeps: one minute at the usual one sample a second. */
export const TRAIL_LENGTH = 60;

/** A ring of the last samples. NaN stands for a sample that is not known. */
export interface Trail {
  readonly values: Float32Array;
  /** How many samples it holds so far, at most the size of `values`. */
  readonly length: number;
  /** Where the next sample goes, so the oldest is there once the ring is full. */
  readonly next: number;
}

/** A process as the page holds it. */
export interface ProcessEntry extends ProcessRow {
  /** The hub's number for this row; unlike a pid it is never used twice. */
  id: number;
  cpuTrail: Trail;
  memoryTrail: Trail;
  /** `performance.now()` when it came in a delta, null when it was in a full frame. */
  bornAt: number | null;
}

/** A socket as the page holds it. */
export interface ConnectionEntry extends ConnectionRow {
  id: number;
}

/** A trail that its owner moves on by one sample at a time, in place: rows keep their identity. */
export class GrowingTrail implements Trail {
  readonly values: Float32Array;
  length = 0;
  next = 0;

  constructor(size: number = TRAIL_LENGTH) {
    this.values = new Float32Array(size);
  }

  push(value: number | null): void {
    this.values[this.next] = value ?? Number.NaN;
    this.next = (this.next + 1) % this.values.length;
    if (this.length < this.values.length) this.length += 1;
  }

  /** Marks samples that were missed. Nothing is drawn across them. */
  skip(samples: number): void {
    const count = Math.min(samples, this.values.length);
    if (this.length === 0) return;
    for (let i = 0; i < count; i += 1) this.push(null);
  }
}

/** The sample `index` places from the oldest one; NaN where there is none. */
export function sampleAt(trail: Trail, index: number): number {
  if (index < 0 || index >= trail.length) return Number.NaN;
  const size = trail.values.length;
  const first = (trail.next - trail.length + size) % size;
  return trail.values[(first + index) % size] ?? Number.NaN;
}
