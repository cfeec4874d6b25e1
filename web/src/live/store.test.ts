import { describe, expect, it, vi } from 'vitest';
import { deltaFrame, fullFrame, THREE } from './frames.fixture';
import { sampleAt } from './row';
import { HostStore } from './store';

function storeWithThree(): HostStore {
  const store = new HostStore();
  expect(store.apply(fullFrame(10, THREE))).toBe('applied');
  return store;
}

describe('HostStore.apply', () => {
  it('takes a full frame column by column', () => {
    const store = storeWithThree();
    expect([...store.processes.keys()]).toEqual([1, 2, 3]);
    expect(store.processes.get(2)).toMatchObject({ pid: 4711, name: 'node', cpu_percent: 142.3 });
    expect(store.processes.get(3)?.cpu_percent).toBeNull();
    expect(store.processes.get(1)?.bornAt).toBeNull();
    expect(store.head?.seq).toBe(10);
  });

  it('applies gone, new and changed in this order', () => {
    const store = storeWithThree();
    const born = { ids: [9], values: [[4711], [2011.07], ['perl'], [null], [5]] };
    const changed = [
      { column: 3, ids: [1, 9], values: [0.4, 7] },
      // Ids missing: the same ids as in the entry before.
      { column: 4, values: [11, 12] },
    ];
    expect(store.apply(deltaFrame(11, { gone: [2], new: born, changed }))).toBe('applied');
    expect(store.processes.has(2)).toBe(false);
    // The pid came back, but the row is another one.
    expect(store.processes.get(9)).toMatchObject({ pid: 4711, cpu_percent: 7, memory_rss: 12 });
    expect(store.processes.get(9)?.bornAt).toBeTypeOf('number');
    expect(store.processes.get(1)).toMatchObject({ cpu_percent: 0.4, memory_rss: 11 });
  });

  it('replaces the object of a row when, and only when, a value of it changed', () => {
    const store = storeWithThree();
    const before = new Map(store.processes);
    const changed = [{ column: 3, ids: [1, 2], values: [0, 99] }];
    store.apply(deltaFrame(11, { changed }));
    expect(store.processes.get(1)).toBe(before.get(1));
    expect(store.processes.get(2)).not.toBe(before.get(2));
    expect(before.get(2)?.cpu_percent).toBe(142.3);
    expect(store.processes.get(3)).toBe(before.get(3));
  });

  it('asks for a resync on a gap in the numbers, and changes nothing', () => {
    const store = storeWithThree();
    expect(store.apply(deltaFrame(12, { gone: [1, 2, 3] }))).toBe('resync');
    expect(store.processes.size).toBe(3);
    expect(store.head?.seq).toBe(10);
  });

  it('asks for a resync when a delta comes first', () => {
    expect(new HostStore().apply(deltaFrame(1, {}))).toBe('resync');
  });

  it.each([
    ['a row with too few columns', { new: { ids: [9], values: [[1], [2]] } }],
    ['a column with too few values', { new: { ids: [9], values: [[1], [2], [3], [4], []] } }],
    ['a change of a column that is not there', { changed: [{ column: 7, ids: [1], values: [1] }] }],
    ['a change with fewer values than ids', { changed: [{ column: 3, ids: [1, 2], values: [1] }] }],
    ['a change that names no ids at all', { changed: [{ column: 3, values: [1] }] }],
  ])('asks for a resync on %s, and changes nothing', (_, change) => {
    const store = storeWithThree();
    expect(store.apply(deltaFrame(11, { gone: [1], ...change }))).toBe('resync');
    expect(store.processes.has(1)).toBe(true);
  });

  it('asks for a resync when the columns of a full frame differ in length', () => {
    const store = storeWithThree();
    const uneven = { columns: ['pid', 'name'], ids: [5], values: [[5], []] };
    expect(store.apply(fullFrame(11, uneven))).toBe('resync');
    expect(store.processes.size).toBe(3);
  });

  it('tells its listeners until they leave', () => {
    const store = storeWithThree();
    const listener = vi.fn();
    const leave = store.subscribe(listener);
    const before = store.version;
    store.apply(deltaFrame(11, {}));
    leave();
    store.apply(deltaFrame(12, {}));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.version).toBe(before + 2);
  });
});

describe('trails', () => {
  it('move on with each sample, with NaN for what is not known', () => {
    const store = storeWithThree();
    store.apply(deltaFrame(11, { changed: [{ column: 3, ids: [2], values: [50] }] }));
    const cpu = store.processes.get(2)?.cpuTrail;
    expect(cpu && [sampleAt(cpu, 0), sampleAt(cpu, 1)].map(Math.round)).toEqual([142, 50]);
    const unknown = store.processes.get(3)?.cpuTrail;
    expect(unknown && sampleAt(unknown, 1)).toBeNaN();
  });

  it('leave a hole for samples that were missed', () => {
    const store = storeWithThree();
    store.apply(fullFrame(13, THREE));
    const trail = store.processes.get(1)?.cpuTrail;
    expect(trail && Array.from({ length: trail.length }, (_, i) => sampleAt(trail, i))).toEqual([
      0,
      Number.NaN,
      Number.NaN,
      0,
    ]);
  });

  it('begin anew where a restarted hub gave the number to another process', () => {
    const store = storeWithThree();
    const reused = { ...THREE, values: [[77, 4711, 4712], ...THREE.values.slice(1)] };
    store.apply(fullFrame(1, reused));
    expect(store.processes.get(1)?.cpuTrail.length).toBe(1);
    expect(store.processes.get(2)?.cpuTrail.length).toBe(2);
  });

  it('hold at most a minute', () => {
    const store = storeWithThree();
    for (let seq = 11; seq < 100; seq += 1) store.apply(deltaFrame(seq, {}));
    expect(store.processes.get(1)?.cpuTrail.length).toBe(60);
    expect(store.trails.timeline.length).toBe(90);
  });
});
