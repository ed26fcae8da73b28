import { expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { KeptBtf } from '../../../../src/bpf/btf/kept-btf.ts';
import { encodeBtf } from './encode-btf.ts';

const names = Array.from(
  { length: 30 },
  (_, index) => `function_${String(index).padStart(2, '0')}`,
);
const data = encodeBtf(names.map((name) => ({ kind: 'function', name })));

function keptFor(state: string, files: Map<string, Buffer>): KeptBtf {
  const keep = (file: string, contents: Buffer): void => void files.set(file, contents);
  return new KeptBtf({ read: (file) => files.get(file), keep }, state);
}

test('types and functions are found once, and read by later runs', () => {
  const files = new Map<string, Buffer>();
  const first = new Btf(data, { kept: keptFor('boot 1', files) });
  const ids = names.map((name) => first.idOf(name));
  const written = new Map(files);

  const later = new Btf(data, { kept: keptFor('boot 1', files) });

  expect([...written.keys()]).toEqual(['types', 'functions']);
  expect(names.map((name) => later.idOf(name))).toEqual(ids);
  expect(files).toEqual(written);
});

test('what was kept is not used after the machine booted, nor for other data', () => {
  const files = new Map<string, Buffer>();
  const kept = keptFor('boot 1', files);
  expect(new Btf(data, { kept }).idOf('function_07')).toBe(8);
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);

  expect(kept.types(words)?.names.length).toBe(names.length);
  expect(keptFor('boot 2', files).types(words)).toBeUndefined();
  expect(kept.types(words.toReversed())).toBeUndefined();
});
