// Puts a brotli twin beside each asset of the build, so that the hub never compresses a file twice.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const SMALLEST = 1024;
const COMPRESSIBLE = /\.(js|css|html|svg|json|webmanifest)$/;

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

let before = 0;
let after = 0;
for (const path of filesUnder(fileURLToPath(new URL('../dist', import.meta.url)))) {
  if (!COMPRESSIBLE.test(path) || statSync(path).size <= SMALLEST) continue;
  const plain = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const packed = brotliCompressSync(plain, { params });
  if (packed.length >= plain.length) continue;
  writeFileSync(`${path}.br`, packed);
  before += plain.length;
  after += packed.length;
}
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
process.stdout.write(`compressed ${kilobytes(before)} kB to ${kilobytes(after)} kB\n`);
