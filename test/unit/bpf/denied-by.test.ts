import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deniedBy } from '../../../src/bpf/pins/denied-by.ts';
import { withoutPrivileges } from '../manifest/sample.ts';

const root = mkdtempSync(path.join(tmpdir(), 'denied-by-'));
const uid = process.geteuid?.() ?? 0;
chmodSync(root, 0o755);
mkdirSync(`${root}/closed/inner`, { recursive: true });
mkdirSync(`${root}/open`);
for (const file of ['closed/inner/pin', 'open/pin']) writeFileSync(`${root}/${file}`, '');
chmodSync(`${root}/closed`, 0);
chmodSync(`${root}/open/pin`, 0o600);
afterAll(() => {
  chmodSync(`${root}/closed`, 0o700);
  rmSync(root, { recursive: true });
});

test.each([
  ['closed/inner/pin', 'pin', 'closed', '0000'],
  ['closed/inner/pin', 'directory', 'closed', '0000'],
  ['open/pin', 'pin', 'open/pin', '0600'],
  ['open/new', 'directory', 'open', '0755'],
] as const)('%s, to use the %s: the mode of %s', (file, needs, culprit, mode) => {
  const why = withoutPrivileges(() => deniedBy(`${root}/${file}`, needs));

  expect(why).toBe(`"${root}/${culprit}" has mode ${mode} and belongs to user ${uid}`);
});

test('a file that is not there has no mode', () => {
  expect(withoutPrivileges(() => deniedBy(`${root}/open/none`, 'pin'))).toBeUndefined();
});
