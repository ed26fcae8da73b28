import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PrivilegeError, UnsupportedError } from '../../../src/base/errors.ts';
import { digestObject, sha256 } from '../../../src/manifest/digest.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import type { LoadedManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { bpfObject } from './elf-file.ts';
import {
  diagnosticsOf,
  directoryWithObjects,
  withoutPrivileges,
  library,
  recordingLibrary,
} from './sample.ts';
import type { Directory } from './sample.ts';

test('reads a file, with its digest and what is in it', () => {
  using directory = directoryWithObjects();
  const loaded = manifestFor(directory, `file: ./opens.bpf.o, sha256: ${sha256(bpfObject())}`);

  const [object] = loadObjects(loaded, library);

  const file = path.join(directory.path, 'opens.bpf.o');
  expect(object?.image).toEqual({ file, bytes: bpfObject(), digest: digestObject(bpfObject()) });
  expect(object?.info.programs).toHaveLength(7);
  expect(object?.entry).toBe(loaded.manifest.objects[0]);
});

test('two entries of one file: it is read and inspected once', () => {
  using directory = directoryWithObjects();
  const loaded = manifestFor(directory, 'file: opens.bpf.o', 'file: ./opens.bpf.o');
  const inspected: string[] = [];

  const objects = loadObjects(loaded, recordingLibrary(inspected));

  expect(objects).toHaveLength(2);
  expect(inspected).toEqual([path.join(directory.path, 'opens.bpf.o')]);
});

test('a file of another digest is not inspected', () => {
  using directory = directoryWithObjects();
  const loaded = manifestFor(directory, `file: opens.bpf.o, sha256: ${'ab'.repeat(32)}`);
  const inspected: string[] = [];

  const found = diagnosticsOf(() => loadObjects(loaded, recordingLibrary(inspected)));

  expect(found.map(({ code }) => code)).toEqual(['other-digest']);
  expect(inspected).toEqual([]);
});

test('an object of more than 64 MiB', () => {
  using directory = directoryWithObjects();
  directory.write('large.bpf.o', new Uint8Array(64 * 2 ** 20 + 1));

  const [found] = diagnosticsOf(() =>
    loadObjects(manifestFor(directory, 'file: large.bpf.o'), library),
  );

  expect(found?.message).toMatch(/^the object file is larger than 64 MiB/);
});

test('nothing wrong but a permission', () => {
  using directory = directoryWithObjects();
  const loaded = manifestFor(directory, 'file: opens.bpf.o');
  chmodSync(path.join(directory.path, 'opens.bpf.o'), 0);

  expect(() => withoutPrivileges(() => loadObjects(loaded, library))).toThrow(PrivilegeError);
});

test('a permission and something else: both are told', () => {
  using directory = directoryWithObjects();
  chmodSync(directory.path, 0o755);
  const loaded = manifestFor(directory, 'file: opens.bpf.o', 'file: x86.o');
  chmodSync(path.join(directory.path, 'opens.bpf.o'), 0);

  const found = diagnosticsOf(() => withoutPrivileges(() => loadObjects(loaded, library)));

  expect(found.map(({ code }) => code)).toEqual(['no-permission', 'not-bpf']);
});

test('what is not the fault of the object goes on', () => {
  using directory = directoryWithObjects();
  const failing = (): never => {
    throw new UnsupportedError('no libbpf');
  };

  expect(() =>
    loadObjects(manifestFor(directory, 'file: opens.bpf.o'), { ...library, inspect: failing }),
  ).toThrow(UnsupportedError);
});

test('covers the bytes', () => {
  expect(digestObject(Buffer.from('a'))).not.toBe(digestObject(Buffer.from('b')));
});

test('covers the settings, in any order', () => {
  const one = digestObject(Buffer.from('a'), { b: [1, null], a: { c: 'x' } });

  expect(digestObject(Buffer.from('a'), { a: { c: 'x' }, b: [1, null] })).toBe(one);
  expect(digestObject(Buffer.from('a'), { a: { c: 'y' }, b: [1, null] })).not.toBe(one);
  expect(digestObject(Buffer.from('a'))).not.toBe(one);
});

test('keeps bytes and settings apart', () => {
  expect(digestObject(Buffer.from('a{}'))).not.toBe(digestObject(Buffer.from('a')));
});

/** A manifest with one object for each list of keys. */
function manifestFor(directory: Directory, ...objects: readonly string[]): LoadedManifest {
  const entries = objects.map(
    (keys, index) => `  o${index}: { ${keys}, programs: { on_unlink: vfs_read } }\n`,
  );
  return loadManifest(directory.write('audit.yaml', `version: 1\nobjects:\n${entries.join('')}`));
}
