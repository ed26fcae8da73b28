import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPackaged, packagedUnit } from '../../../src/service/packaged-units.ts';
import { unitsFor, watchUnitName } from '../../../src/service/units.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'fentryctl-units-'));
const vendors = [path.join(directory, 'local'), path.join(directory, 'package')];
const program = '/usr/lib/fentryctl/main.cjs';
const manifest = '/etc/fentryctl/manifest.yaml';

beforeAll(() => {
  for (const vendor of vendors) mkdirSync(vendor);
  for (const { name, text } of unitsOf('/usr/bin/node', program, manifest))
    writeFileSync(path.join(directory, 'package', name), text);
});
afterAll(() => rmSync(directory, { recursive: true }));

function unitsOf(node: string, script: string, file: string, systemd?: number) {
  return unitsFor({ command: [node, script], manifest: file, isFolder: false, systemd });
}

test('it is found where the first package has it', () => {
  expect(packagedUnit(watchUnitName, vendors)).toBe(path.join(directory, 'package', watchUnitName));
  expect(packagedUnit('other.service', vendors)).toBeUndefined();
});

test.each([
  ['this program with the same manifest', '/usr/bin/node', program, manifest, true],
  ['another Node', '/opt/node/bin/node', program, manifest, true],
  ['another program', '/usr/bin/node', '/opt/main.cjs', manifest, false],
  ['another manifest', '/usr/bin/node', program, '/etc/other.yaml', false],
])('a unit that runs %s', (_, node, script, file, expected) => {
  const units = unitsOf(node, script, file, 255);

  expect(units.map((unit) => isPackaged(unit, vendors))).toEqual([expected, expected]);
});

test('without a package there is none', () => {
  const [unit] = unitsOf('/usr/bin/node', program, manifest);

  expect(unit && isPackaged(unit, [path.join(directory, 'local')])).toBe(false);
});
