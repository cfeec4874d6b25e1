import { describe, expect, it } from 'vitest';
import { endpointText } from './address';

describe('endpointText', () => {
  it('joins address and port', () => {
    expect(endpointText('10.4.0.3', 5432)).toBe('10.4.0.3:5432');
  });

  it('sets an IPv6 address in brackets', () => {
    expect(endpointText('2a02:8109::3', 443)).toBe('[2a02:8109::3]:443');
  });

  it('shows the missing far end of a listener as a star', () => {
    expect(endpointText(null, null)).toBe('*');
  });
});
