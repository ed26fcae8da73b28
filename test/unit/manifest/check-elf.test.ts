import { endianness } from 'node:os';
import { array, assert, nat, property, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { checkElf } from '../../../src/manifest/check-elf.ts';
import { bpfObject, elfFile } from './elf-file.ts';

const good = bpfObject();
const otherEndian = endianness() !== 'LE';

const cases: readonly [name: string, bytes: Uint8Array, message: string | undefined][] = [
  ['a BPF object', good, undefined],
  ['nothing', Buffer.alloc(0), 'the object file is empty'],
  ['text', Buffer.from('int main(void)'), 'not an ELF object file'],
  ['three bytes of the magic', good.subarray(0, 3), 'not an ELF object file'],
  [
    'half a header',
    good.subarray(0, 40),
    'the object file is damaged: it ends within the ELF header',
  ],
  [
    'a header alone',
    good.subarray(0, 64),
    'the object file is damaged: it ends before its section headers',
  ],
  [
    'a file cut off',
    good.subarray(0, good.length - 1),
    'the object file is damaged: it ends within its section headers',
  ],
  ['32 bits', bpfObject({ bits: 32 }), 'the object file is for a 32-bit machine, not for BPF'],
  ['x86-64', bpfObject({ machine: 62 }), 'the object file is for x86-64, not for BPF'],
  ['arm64', bpfObject({ machine: 183 }), 'the object file is for arm64, not for BPF'],
  [
    'a rare machine',
    bpfObject({ machine: 4711 }),
    'the object file is for ELF machine 4711, not for BPF',
  ],
  ['an executable', bpfObject({ type: 2 }), 'the object file is linked, not relocatable'],
  ['no BTF', elfFile([{ name: '.text' }]), 'the object file has no BTF: it lacks the section .BTF'],
  [
    'empty BTF',
    elfFile([{ name: '.BTF' }]),
    'the object file has no BTF: it lacks the section .BTF',
  ],
  [
    'only .BTF.ext',
    elfFile([{ name: '.BTF.ext', bytes: good }]),
    'the object file has no BTF: it lacks the section .BTF',
  ],
  [
    'headers of an odd size',
    changed(58, 63),
    'the object file is damaged: its section headers have an odd size',
  ],
  [
    'names in no section',
    changed(62, 99),
    'the object file is damaged: its sections have no names',
  ],
  [
    'no section headers',
    elfFile([]).fill(0, 40, 48),
    'the object file is damaged: it ends before its section headers',
  ],
];

test.each(cases)('%s', (_name, bytes, message) => {
  expect(checkElf(bytes)?.message).toBe(message);
});

test('for a host of the other endianness', () => {
  expect(checkElf(bpfObject({ isLittle: otherEndian }))?.code).toBe('wrong-endianness');
});

test('a section beyond the end of the file', () => {
  const bytes = bpfObject();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = Number(view.getBigUint64(40, !otherEndian));
  view.setBigUint64(table + 64 + 32, 2n ** 63n, !otherEndian);

  expect(checkElf(bytes)?.message).toBe('the object file is damaged: it ends within a section');
});

test('any bytes: an answer, never an exception', () => {
  assert(property(uint8Array({ maxLength: 300 }), (bytes) => void checkElf(bytes)));
});

test('any bytes in place of others in a BPF object: an answer, never an exception', () => {
  const change = tuple(nat(good.length - 1), uint8Array({ minLength: 1, maxLength: 9 }));
  assert(
    property(array(change, { minLength: 1 }), nat(good.length), (changes, end) => {
      const bytes = Buffer.concat([good, Buffer.alloc(9)]);
      for (const [at, instead] of changes) bytes.set(instead, at);
      checkElf(bytes.subarray(0, end));
      checkElf(bytes);
    }),
    { numRuns: 1000 },
  );
});

function changed(offset: number, value: number): Uint8Array {
  const bytes = bpfObject();
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(offset, value, !otherEndian);
  return bytes;
}
