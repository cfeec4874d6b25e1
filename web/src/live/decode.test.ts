import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { decodeFrame, LARGEST_FRAME } from './decode';
import { fullFrame, THREE } from './frames.fixture';

function framed(kind: number, content: Uint8Array): Uint8Array {
  return Uint8Array.from([kind, ...content]);
}

describe('decodeFrame', () => {
  const frame = fullFrame(3, THREE);
  const text = strToU8(JSON.stringify(frame));

  it('reads plain JSON', () => {
    expect(decodeFrame(framed(0, text))).toEqual(frame);
  });

  it('reads deflated JSON', () => {
    expect(decodeFrame(framed(1, deflateSync(text)))).toEqual(frame);
  });

  it('reads deflated JSON that fills several pieces', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `${i * 7919} ${Math.sin(i)}`);
    const bye = { kind: 'bye', reason: names.join() };
    const bytes = deflateSync(strToU8(JSON.stringify(bye)));
    expect(bytes.length).toBeGreaterThan(64 * 1024);
    const whole = new Uint8Array(bytes.length + 1);
    whole[0] = 1;
    whole.set(bytes, 1);
    expect(decodeFrame(whole)).toEqual(bye);
  });

  it('refuses a frame of another kind, and an empty one', () => {
    expect(() => decodeFrame(framed(2, text))).toThrow('begins with 2');
    expect(() => decodeFrame(new Uint8Array())).toThrow('begins with nothing');
  });

  it('refuses a frame that ends too early', () => {
    const bytes = deflateSync(text);
    expect(() => decodeFrame(framed(1, bytes.subarray(0, bytes.length >> 1)))).toThrow();
  });

  it('refuses a frame that inflates past the bound', () => {
    const bomb = deflateSync(new Uint8Array(LARGEST_FRAME + 1));
    expect(bomb.length).toBeLessThan(100_000);
    const whole = new Uint8Array(bomb.length + 1);
    whole[0] = 1;
    whole.set(bomb, 1);
    expect(() => decodeFrame(whole)).toThrow('past 64 MiB');
  });
});
