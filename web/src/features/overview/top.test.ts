import { expect, it } from 'vitest';
import { fullFrame, THREE } from '../../live/frames.fixture';
import { HostStore } from '../../live/store';
import { heaviest } from './top';

it('puts the heaviest first and leaves out what is not known', () => {
  const store = new HostStore();
  store.apply(fullFrame(1, THREE));
  expect(heaviest(store.processes.values(), 14)).toEqual([2, 1]);
  expect(heaviest(store.processes.values(), 1)).toEqual([2]);
});
