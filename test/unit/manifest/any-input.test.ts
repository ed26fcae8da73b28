import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  array,
  assert,
  constantFrom,
  double,
  nat,
  oneof,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { resolve } from '../../../src/manifest/resolve.ts';
import { targetSources } from './catalog.ts';
import { diagnosticsOf, directoryWithObjects, library } from './sample.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/manifest/', import.meta.url));
const texts = readdirSync(fixtures)
  .filter((name) => name.endsWith('.yaml') && name !== 'deep.yaml')
  .map((name) => readFileSync(fixtures + name, 'utf8'));
const pieces = [
  '\t',
  '\n',
  '\r',
  ' ',
  ':',
  ': ',
  '- ',
  '#',
  '&a ',
  '*a',
  '!',
  '!!str ',
  '%',
  '@',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|',
  '>',
  '? ',
  '---\n',
  '...\n',
  '<<: ',
  '\0',
  '\u{2028}',
  '😀',
  '~',
  '1',
  'true',
  'targets',
  'version',
  '__proto__',
  '%YAML 1.1\n---\n',
];

const directory = directoryWithObjects();
afterAll(() => directory[Symbol.dispose]());

test('any bytes are loaded or refused with a place inside the file', () => {
  assert(property(uint8Array({ maxLength: 200 }), loadsOrTellsWhere), { numRuns: 500 });
});

test('any text is loaded or refused with a place inside the file', () => {
  const text = array(oneof(constantFrom(...pieces), string({ unit: 'binary' })));
  assert(
    property(text, (parts) => loadsOrTellsWhere(Buffer.from(parts.join('')))),
    { numRuns: 1000 },
  );
});

test('any change to a manifest is loaded or refused with a place inside the file', () => {
  const change = record({
    at: double({ min: 0, max: 1, noNaN: true }),
    remove: nat(20),
    add: oneof(constantFrom(...pieces), string({ maxLength: 5 })),
  });
  const changes = array(change, { minLength: 1, maxLength: 4 });
  assert(
    property(constantFrom(...texts), changes, (text, edits) => {
      const changed = edits.reduce((before, { at, remove, add }) => {
        const offset = Math.floor(at * before.length);
        return before.slice(0, offset) + add + before.slice(offset + remove);
      }, text);
      loadsOrTellsWhere(Buffer.from(changed));
    }),
    { numRuns: 2000 },
  );
});

function loadsOrTellsWhere(bytes: Uint8Array): void {
  const file = directory.write('any.yaml', bytes);
  let loaded = false;
  const found = diagnosticsOf(() => {
    const manifest = loadManifest(file);
    resolve(manifest, loadObjects(manifest, library), targetSources());
    loaded = true;
  });
  expect(loaded || found.length > 0).toBe(true);
  const lines = new TextDecoder().decode(bytes).split('\n');
  for (const diagnostic of found) expectInside(lines, diagnostic);
}

function expectInside(
  lines: readonly string[],
  { line, column, length, sourceLine }: Diagnostic,
): void {
  const text = lines[line - 1]?.replace(/\r$/, '');
  expect(sourceLine).toBe(text);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(length).toBeGreaterThanOrEqual(1);
  const width = [...(text ?? '')].length;
  expect(column).toBeLessThanOrEqual(width + 1);
  expect(column + length).toBeLessThanOrEqual(Math.max(width, column) + 1);
}
