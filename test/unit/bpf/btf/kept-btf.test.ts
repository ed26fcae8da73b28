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

  expect(names.map((name) => later.idOf(name))).toEqual(ids);
  expect([...written.keys()].toSorted()).toEqual(['functions', 'types']);
  for (const [file, contents] of written) expect(files.get(file)).toBe(contents); // nobody wrote again
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

test('what was kept is not used for other data of the same length, however many names are asked for', () => {
  const files = new Map<string, Buffer>();
  const find = (types: Buffer) => {
    const btf = new Btf(types, { kept: keptFor('boot 1', files) });
    return names.map((name) => btf.find(name));
  };
  const inReverse = encodeBtf(names.toReversed().map((name) => ({ kind: 'function', name })));
  const found = find(data);

  expect(find(inReverse)).toEqual(found.toReversed());
  expect(find(data)).toEqual(found);
  expect(new Btf(inReverse, { kept: keptFor('boot 1', files) }).find('function_00')).toEqual([30]);
  expect(find(inReverse)).toEqual(found.toReversed());
});
