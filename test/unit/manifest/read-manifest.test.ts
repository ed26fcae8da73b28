import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PrivilegeError } from '../../../src/base/errors.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { diagnosticsOf, temporaryDirectory, withoutPrivileges } from './sample.ts';

test('returns the text', () => {
  using directory = temporaryDirectory();
  const file = directory.write('a.yaml', 'version: 1 # é\n');

  expect(readManifest(file).text).toBe('version: 1 # é\n');
});

test('leaves a byte order mark out', () => {
  using directory = temporaryDirectory();
  const file = directory.write('a.yaml', '\u{feff}version: 1\n');

  expect(readManifest(file).text).toBe('version: 1\n');
});

test('reads a file that says it is empty and is not', () => {
  expect(readManifest('/proc/self/status').text).toContain('Pid:');
});

test('a missing file: suggests a near name', () => {
  using directory = temporaryDirectory();
  directory.write('audit.yaml', '');

  const [found] = diagnosticsOf(() => readManifest(path.join(directory.path, 'audti.yaml')));

  expect(found).toMatchObject({
    code: 'no-such-file',
    hint: 'did you mean "audit.yaml"?',
    line: 0,
  });
});

test('a missing directory', () => {
  const [found] = diagnosticsOf(() => readManifest('/nonexistent/a.yaml'));

  expect(found).toMatchObject({ code: 'no-such-file', hint: undefined });
});

test('a file that is used as a directory', () => {
  const [found] = diagnosticsOf(() => readManifest('/dev/null/a.yaml'));

  expect(found?.code).toBe('no-such-file');
});

test('a name that is too long', () => {
  const [found] = diagnosticsOf(() => readManifest(`/${'a'.repeat(300)}`));

  expect(found?.message).toBe('the manifest cannot be read: ENAMETOOLONG');
});

test('a directory', () => {
  const [found] = diagnosticsOf(() => readManifest('/'));

  expect(found?.message).toBe('the manifest is a directory, not a regular file');
});

test('a device', () => {
  const [found] = diagnosticsOf(() => readManifest('/dev/zero'));

  expect(found?.message).toBe('the manifest is a device, not a regular file');
});

test('a FIFO does not block', () => {
  using directory = temporaryDirectory();
  const fifo = path.join(directory.path, 'a.yaml');
  execFileSync('mkfifo', [fifo]);

  const [found] = diagnosticsOf(() => readManifest(fifo));

  expect(found?.message).toBe('the manifest is a FIFO, not a regular file');
});

test('10 MB of YAML', () => {
  using directory = temporaryDirectory();
  const file = directory.write('a.yaml', 'version: 1\n'.repeat(1_000_000));

  const [found] = diagnosticsOf(() => readManifest(file));

  expect(found?.message).toMatch(/^the manifest is larger than 1 MiB/);
});

test('a file that is larger than it says', () => {
  const [found] = diagnosticsOf(() => readManifest('/proc/kallsyms'));

  expect(found?.code).toBe('too-large');
});

test('no permission', () => {
  using directory = temporaryDirectory();
  const file = directory.write('a.yaml', '');
  chmodSync(file, 0);

  expect(() => withoutPrivileges(() => readManifest(file))).toThrow(PrivilegeError);
});
