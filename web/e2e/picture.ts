import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SHOTS = join(import.meta.dirname, 'shots');

export interface Picture {
  /** How many different colours it has. */
  colours: number;
  /** Share of the pixels that have the most frequent colour, 0 to 1. */
  plainest: number;
}

/** Takes a picture of the page into `shots/NAME.png` and says how much is on it. */
export async function take(page: Page, name: string): Promise<Picture> {
  await mkdir(SHOTS, { recursive: true });
  const png = await page.screenshot({ path: join(SHOTS, `${name}.png`), animations: 'disabled' });
  // Measured in a page of its own, because the dashboard's policy lets no picture in.
  const bench = await page.context().newPage();
  const picture = await bench.evaluate(measure, png.toString('base64'));
  await bench.close();
  return picture;
}

async function measure(base64: string): Promise<Picture> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(
    context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer,
  );
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return { colours: counts.size, plainest: Math.max(...counts.values()) / pixels.length };
}
