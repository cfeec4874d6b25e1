import { describe, expect, it } from 'vitest';
import type { InterfaceReply } from '../../api/gen/InterfaceReply';
import { byInterest, lossesOf } from './losses';

function face(more: Partial<InterfaceReply>): InterfaceReply {
  return {
    name: 'eth0',
    bytes_sent: 0,
    bytes_recv: 0,
    packets_sent: 0,
    packets_recv: 0,
    errin: 0,
    errout: 0,
    dropin: 0,
    dropout: 0,
    bytes_sent_per_sec: null,
    bytes_recv_per_sec: null,
    packets_sent_per_sec: null,
    packets_recv_per_sec: null,
    errin_per_sec: null,
    errout_per_sec: null,
    dropin_per_sec: null,
    dropout_per_sec: null,
    ...more,
  };
}

describe('lossesOf', () => {
  it('says that nothing was lost', () => {
    expect(lossesOf(face({}))).toEqual({ words: 'no errors, no drops', rising: false });
  });

  it('names what was lost and on which way', () => {
    expect(lossesOf(face({ dropout: 12, errin: 1 })).words).toBe('1 error in, 12 drops out');
  });

  it('rises only while losses are being counted', () => {
    expect(lossesOf(face({ dropout: 12, dropout_per_sec: 0 })).rising).toBe(false);
    expect(lossesOf(face({ dropout: 12, dropout_per_sec: 3 })).rising).toBe(true);
  });
});

describe('byInterest', () => {
  it('keeps the order but for the loopback and what was never used', () => {
    const used = ['lo', 'eth1', 'eth0'].map((name) => face({ name, bytes_recv: 1 }));
    const names = byInterest([face({ name: 'ifb0' }), ...used]).map(({ name }) => name);
    expect(names).toEqual(['eth1', 'eth0', 'lo', 'ifb0']);
  });
});
