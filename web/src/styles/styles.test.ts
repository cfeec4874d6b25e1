import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = join(process.cwd(), 'src/styles');

/** Classes that a stylesheet gives their own look: `.name {` or `.name,` at the start of a line. */
function defined(sheet: string): Set<string> {
  const text = readFileSync(join(FOLDER, sheet), 'utf8');
  return new Set(
    Array.from(text.matchAll(/^\.([a-z][\w-]*)(?: \{|,)$/gm), (found) => found[1] ?? ''),
  );
}

/** Pages bring their styles as they are opened, in any order: one class is one look, everywhere. */
it('no class is defined by two stylesheets', () => {
  const homes = new Map<string, string[]>();
  for (const sheet of readdirSync(FOLDER).filter((name) => name.endsWith('.css'))) {
    for (const name of defined(sheet)) homes.set(name, [...(homes.get(name) ?? []), sheet]);
  }
  expect(homes.size).toBeGreaterThan(100);
  expect([...homes].filter(([, sheets]) => sheets.length > 1)).toEqual([]);
});
