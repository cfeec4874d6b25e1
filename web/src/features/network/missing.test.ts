import { describe, expect, it } from 'vitest';
import { whyMissing } from './missing';

const established = { protocol: 'tcp', status: 'ESTABLISHED', rx_bytes: 5 };

describe('whyMissing', () => {
  it('tells what is never counted from what is not known yet', () => {
    expect(whyMissing({ ...established, protocol: 'udp6' }, 'rx_per_sec')).toMatch(/UDP/);
    expect(whyMissing({ ...established, status: 'LISTEN' }, 'rtt_ms')).toMatch(/listening/);
    expect(whyMissing({ ...established, rx_bytes: null }, 'tx_per_sec')).toMatch(/no counters/);
    expect(whyMissing(established, 'tx_per_sec')).toBe('Needs one more sample.');
    expect(whyMissing(established, 'rtt_ms')).toBe('No round trip was measured yet.');
  });
});
