import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FailedError, PrivilegeError, UnsupportedError } from '../../../src/base/errors.ts';
import * as bpffs from '../../../src/bpf/bpffs.ts';
import { mapTypeName } from '../../../src/bpf/map-types.ts';
import { pinPath } from '../../../src/state/ids.ts';
import { withoutPrivileges } from '../manifest/sample.ts';

// Directories and symlinks are the same in any file system; what only bpffs does is in test/contract.
const root = pinPath(mkdtempSync(path.join(tmpdir(), 'bpffs-')));
afterAll(() => rmSync(root, { recursive: true }));

test('another file system is refused, wherever below it', () => {
  for (const directory of [root, `${root}/a/b/c`]) {
    expect(() => bpffs.requireBpffs(directory)).toThrow(UnsupportedError);
  }
  expect(() => bpffs.makeDirectory(pinPath(`${root}/a`))).toThrow(/is not in a BPF file system/);
  expect(bpffs.exists(pinPath(`${root}/a`))).toBe(false);
});

test('a note is there or is not', () => {
  const note = pinPath(`${root}/note`);

  bpffs.writeNote(note, 'any text');

  expect(bpffs.isSymlink(note)).toBe(true);
  expect(bpffs.isSymlink(root)).toBe(false);
  expect(bpffs.readNote(note)).toBe('any text');
  expect(() => bpffs.writeNote(note, 'other text')).toThrow(FailedError);
  expect(() => bpffs.readNote(pinPath(`${root}/nothing`))).toThrow(FailedError);
  expect(() => bpffs.isSymlink(pinPath(`${root}/nothing`))).toThrow(FailedError);
  expect(bpffs.listTree(root)).toEqual([{ path: note, kind: 'symlink' }]);
  expect(bpffs.listDirectories(root)).toEqual([]);
});

test('a directory of somebody with more rights stays', () => {
  expect(withoutPrivileges(() => bpffs.removeDirectory(pinPath('/proc')))).toBe(false);
  expect(withoutPrivileges(() => bpffs.removeDirectory(pinPath('/usr')))).toBe(false);
});

test('what is no directory is an error', () => {
  expect(() => bpffs.removeDirectory(pinPath('/etc/passwd'))).toThrow(FailedError);
});

test.each([
  ['EACCES', PrivilegeError],
  ['EPERM', PrivilegeError],
  ['EIO', FailedError],
])('%s', (code, Class) => {
  const refuse = (): never => {
    throw Object.assign(new Error('refused'), { code });
  };

  expect(() => bpffs.permitted('do it', refuse)).toThrow(Class);
  expect(() => bpffs.permitted('do it', refuse)).toThrow(new RegExp(`do it.*${code}`));
});

test('a bug stays a bug', () => {
  const bug = new Error('a bug');

  expect(() =>
    bpffs.permitted('do it', () => {
      throw bug;
    }),
  ).toThrow(bug);
});

test.each([
  [1, 'hash'],
  [2, 'array'],
  [27, 'ringbuf'],
  [999, '999'],
])('map type %i is %s', (number, name) => {
  expect(mapTypeName(number)).toBe(name);
});
