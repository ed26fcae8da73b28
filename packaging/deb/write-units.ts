import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { defaultManifest, unitsFor } from '../../src/service/units.ts';

/** Writes the units of the package into a directory: what `fentryctl install` would write, with the paths that the package has. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: write-units.ts DIRECTORY');
const units = unitsFor({
  command: ['/usr/bin/node', '/usr/lib/fentryctl/dist/command/main.cjs'],
  manifest: defaultManifest,
  isFolder: false,
  systemd: undefined, // whichever there will be: "notify" is understood by all
});
for (const { name, text } of units) writeFileSync(join(directory, name), text);
