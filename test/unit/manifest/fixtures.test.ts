import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { renderDiagnostics } from '../../../src/cli/output/diagnostics.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { resolve } from '../../../src/manifest/resolve.ts';
import { targetSources } from './catalog.ts';
import { diagnosticsOf, directoryWithObjects, library } from './sample.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/manifest/', import.meta.url));
const directory = directoryWithObjects();
afterAll(() => directory[Symbol.dispose]());

const names = readdirSync(fixtures).filter((name) => name.endsWith('.yaml'));

test.each(names)('%s', (name) => {
  const expected = path.join(fixtures, name.replace(/\.yaml$/, '.expected'));
  const file = path.join(directory.path, name);
  copyFileSync(path.join(fixtures, name), file);

  const actual = report(file);

  const wanted = existsSync(expected) ? readFileSync(expected, 'utf8') : 'nothing yet';
  if (actual !== wanted) writeFileSync(expected.replace(/expected$/, 'actual'), actual);
  expect(actual).toBe(wanted);
});

/** All that is said about a manifest, whichever stage says it; paths as seen from its directory. */
function report(file: string): string {
  const diagnostics = diagnosticsOf(() => {
    const loaded = loadManifest(file);
    resolve(loaded, loadObjects(loaded, library), targetSources());
  });
  if (diagnostics.length === 0) return 'valid\n';
  const rendered = renderDiagnostics(diagnostics, { colour: false, verbose: true });
  return rendered.replaceAll(`${directory.path}/`, '');
}
