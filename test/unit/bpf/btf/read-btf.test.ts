import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { btfOf, objectPath } from '../object-btf.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'btf-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a file of BTF, and an object that has some, are the same', () => {
  const file = write('counter.btf', btfOf('counter'));
  const raw = Btf.fromPath(file);
  const object = Btf.fromPath(objectPath('counter'));

  expect(raw.path).toBe(file);
  expect([...object.names()]).toEqual([...raw.names()]);
  expect(object.idOf('count_first')).toBe(raw.idOf('count_first'));
});

test.each<readonly [name: string, content: Buffer | undefined, message: RegExp]>([
  ['missing', undefined, /^cannot read BTF: ENOENT/],
  ['empty', Buffer.alloc(0), /^cannot read BTF: no BTF header$/],
  ['text', Buffer.from('name: x'.repeat(20)), /^cannot read BTF: no BTF header$/],
  ['elf-header', Buffer.from('\x7fELF\x02\x01'), /^".*elf-header" has no section ".BTF"$/],
  ['elf-32', Buffer.from(`\x7fELF\x01\x01${' '.repeat(99)}`), /has no section ".BTF"$/],
  ['elf-garbage', Buffer.from(`\x7fELF\x02\x01${' '.repeat(99)}`), /has no section ".BTF"$/],
])('%s: no BTF', (name, content, message) => {
  const file = content === undefined ? path.join(directory, name) : write(name, content);

  expect(() => Btf.fromPath(file)).toThrow(message);
  expect(() => Btf.fromPath(file)).toThrow(expect.objectContaining({ code: 'InvalidBtf' }));
});

test('an object without BTF', () => {
  expect(() => Btf.fromPath(objectPath('no-btf'))).toThrow(/has no section ".BTF"$/);
});

test.each(['no_such_module_here', '../kernel', 'vmlinux', ''])('%j is no module', (name) => {
  const base = new Btf(btfOf('counter'));

  expect(() => Btf.forModule(name, base)).toThrow(
    expect.objectContaining({
      code: 'UnknownModule',
      message: `this kernel has no BTF of a module "${name}"`,
    }),
  );
});

function write(name: string, content: Buffer): string {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  return file;
}
