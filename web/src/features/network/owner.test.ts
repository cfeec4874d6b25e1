import { describe, expect, it } from 'vitest';
import { countDenied, deniedSentence, ownerReason } from './owner';

describe('ownerReason', () => {
  it('names each reason of the protocol in its own words', () => {
    const words = ['kernel', 'unseen', 'denied', 'not_yet'].map(
      (owner) => ownerReason(owner).words,
    );
    expect(words).toEqual(['kernel, no owner', 'not in sight', 'not visible', 'not looked up yet']);
  });

  it('marks only a missing permission with a lock', () => {
    expect(ownerReason('denied').locked).toBe(true);
    expect(ownerReason('kernel').locked).toBe(false);
  });

  it('does not hide a reason that is new to it', () => {
    expect(ownerReason('other_namespace').words).toBe('other namespace');
    expect(ownerReason(null).words).toBe('not known');
  });
});

describe('deniedSentence', () => {
  it('counts only what a permission hides', () => {
    const rows = [{ owner: 'denied' }, { owner: null }, { owner: 'kernel' }, { owner: 'denied' }];
    expect(countDenied(rows)).toBe(2);
  });

  it('speaks of one and of many', () => {
    expect(deniedSentence(0)).toBeNull();
    expect(deniedSentence(1)).toBe('1 socket belongs to processes that are not visible.');
    expect(deniedSentence(28)).toBe('28 sockets belong to processes that are not visible.');
  });
});
