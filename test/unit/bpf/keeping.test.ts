import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Btf } from '../../../src/bpf/btf/btf.ts';
import { KeptBtf } from '../../../src/bpf/btf/kept-btf.ts';
import { LineNames } from '../../../src/bpf/catalog/line-names.ts';
import { formatAndBoot } from '../../../src/bpf/keeping.ts';
import { encodeBtf } from './btf/encode-btf.ts';

const names = Array.from({ length: 20 }, (_, index) => `a_function_${String(index)}`);

/** Files that earlier versions left are read as if they were ours, unless the number says that they are not. */
test('what is kept is laid out and hashed as its format says: with another result here, raise the number', () => {
  const hash = createHash('sha256');
  const lines = Buffer.from(names.map((name) => `0 t ${name}\n`).join(''));
  hash.update(LineNames.in(lines, { before: 4, average: 16 }).pack());
  const keep = (file: string, contents: Buffer): void => void hash.update(file).update(contents);
  const kept = new KeptBtf({ read: () => undefined, keep }, 'boot');
  const btf = new Btf(encodeBtf(names.map((name) => ({ kind: 'function', name }))), { kept });
  for (const name of names) btf.idOf(name);

  expect([formatAndBoot().split(' ')[0], hash.digest('hex').slice(0, 16)]).toEqual([
    '3',
    '0419aa3efab90700',
  ]);
});
