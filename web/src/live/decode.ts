import { Inflate } from 'fflate';
import type { StreamFrame } from '../api/gen/StreamFrame';

/** No frame may grow past this; a broken or hostile hub could fill the memory of the page. */
export const LARGEST_FRAME = 64 * 1024 * 1024;

const PLAIN = 0;
const DEFLATED = 1;

/** Reads one binary frame of `topmast.columns.v1`. Throws when it is none. */
export function decodeFrame(bytes: Uint8Array): StreamFrame {
  const rest = bytes.subarray(1);
  switch (bytes[0]) {
    case PLAIN:
      return parse(rest);
    case DEFLATED:
      return parse(inflate(rest));
    default:
      throw new Error(`A frame begins with ${bytes[0] ?? 'nothing'}, not with 0 or 1.`);
  }
}

function parse(text: Uint8Array): StreamFrame {
  if (text.length > LARGEST_FRAME) throw new Error('A frame is larger than 64 MiB.');
  return JSON.parse(new TextDecoder().decode(text)) as StreamFrame;
}

/** Inflates piece by piece, so that the bound holds before the memory is taken. */
function inflate(bytes: Uint8Array, largest: number = LARGEST_FRAME): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const inflater = new Inflate((chunk, final) => {
    size += chunk.length;
    if (size > largest) throw new Error('A frame inflates past 64 MiB.');
    chunks.push(chunk);
    ended ||= final;
  });
  // Deflate grows a byte to at most 1,032, so a piece of 16 KiB stays under 17 MiB.
  const PIECE = 16 * 1024;
  for (let at = 0; at < bytes.length; at += PIECE) {
    inflater.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  }
  if (!ended) throw new Error('A frame ends too early.');
  return join(chunks, size);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const only = chunks[0];
  if (chunks.length === 1 && only) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
