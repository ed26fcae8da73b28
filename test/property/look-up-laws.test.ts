import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Btf } from '../../src/bpf/btf/btf.ts';
import type { BtfKindName } from '../../src/bpf/btf/btf-type.ts';
import { KeptBtf } from '../../src/bpf/btf/kept-btf.ts';
import { KernelSymbols } from '../../src/bpf/catalog/kernel-symbols.ts';
import { LineNames } from '../../src/bpf/catalog/line-names.ts';
import { TraceableFunctions } from '../../src/bpf/catalog/traceable-functions.ts';
import { encodeBtf, stringsLength } from '../unit/bpf/btf/encode-btf.ts';

// Short names of few letters, so that many are the same, or the start or the end of another.
const name = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 6 });
const names = fc.array(name, { maxLength: 40 });
const module = fc.constantFrom(undefined, 'a', 'ab');
/** Bytes that a file is behind in its buffer: words are aligned, files need not be. */
const shift = fc.nat(3);

test('lines with a name are as many as in a list', () => {
  const start = fc.string({ unit: fc.constantFrom('x', ' '), minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(start, name)),
      name,
      fc.nat(4),
      shift,
      (lines, other, length, by) => {
        const text = lines.map(([before, end]) => `${before.slice(0, length)}${end}\n`).join('');
        const bytes = shifted(text, by);
        const made = LineNames.in(bytes, { before: length, average: 8 });
        const packed = Buffer.concat([Buffer.alloc(by), made.pack()]).subarray(by);

        for (const table of [made, LineNames.unpack(bytes, packed)]) {
          for (const wanted of [...lines.map(([, end]) => end), other]) {
            let count = 0;
            table.each(wanted, () => (count += 1));
            expect(count).toBe(lines.filter(([, end]) => end === wanted).length);
            expect(table.has(wanted)).toBe(count > 0);
          }
        }
      },
    ),
  );
});

test('symbols are counted and their variants told as in a list, searched or from a table', () => {
  const ending = fc.constantFrom('', '', '.cold', '.isra.0', '.part.0.cold');
  const type = fc.constantFrom('t', 'T', 'w', 'W', 'd', 'B', 'a');
  const line = fc.record({ type, name, ending, module });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 40 }),
      name,
      fc.boolean(),
      shift,
      (lines, other, isTable, by) => {
        const text = lines.map((one) => {
          const where = one.module === undefined ? '' : `\t[${one.module}]`;
          return `ffffffff81000000 ${one.type} ${one.name}${one.ending}${where}\n`;
        });
        const bytes = shifted(text.join(''), by);
        let table: Buffer | undefined;
        const made = new KernelSymbols({ bytes, keepTable: (packed) => (table = packed) });
        if (isTable) made.expect(1000);
        expect(table !== undefined).toBe(isTable);
        const symbols = new KernelSymbols({ bytes, readTable: () => table, keepTable: never });
        if (isTable) symbols.expect(1000);
        const code = lines.filter((one) => /^[tw]$/i.test(one.type));

        for (const wanted of [...lines, { name: other, module: undefined }].slice(-6)) {
          const same = code.filter(
            (one) => one.name === wanted.name && one.module === wanted.module,
          );
          const variants = same.filter((one) => one.ending !== '');
          expect(symbols.count(wanted.name, wanted.module)).toBe(same.length - variants.length);
          expect(symbols.variants(wanted.name, wanted.module)).toEqual([
            ...new Set(variants.map((one) => one.name + one.ending)),
          ]);
        }
      },
    ),
  );
});

test('many questions of what ftrace can patch have the answers of a few', () => {
  fc.assert(
    fc.property(names, name, (lines, other) => {
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      let table: Buffer | undefined;
      const first = new TraceableFunctions({
        bytes: text,
        keepTable: (packed) => (table = packed),
      });
      const ask = (functions: TraceableFunctions): void => {
        for (const wanted of [...lines, other])
          expect(functions.has(wanted)).toBe(lines.includes(wanted));
      };
      ask(first);
      expect(table !== undefined).toBe(lines.length >= 16);
      ask(new TraceableFunctions({ bytes: text, readTable: () => table, keepTable: never }));
    }),
  );
});

test('types are found by name and kind as in a list, searched or from an index', () => {
  const kind = fc.constantFrom<BtfKindName>('function', 'typedef', 'struct');
  const types = fc.array(fc.record({ kind, name: fc.oneof(name, fc.constant('')) }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(types, types, name, (kernel, own, other) => {
      const data = encodeBtf(kernel);
      const base = new Btf(data);
      const kept = keptInMemory();
      const finder = new Btf(data, { kept });
      const reader = new Btf(data, { kept });
      const split = new Btf(encodeBtf(own, { stringsLength: stringsLength(data) }), { base });

      for (const wanted of ['function', 'typedef', 'struct'] as const) {
        const inBase = idsIn(kernel, wanted, 1);
        const inOwn = idsIn(own, wanted, kernel.length + 1);
        for (const text of new Set([...kernel, ...own].map((one) => one.name).concat(other))) {
          const found = inOwn(text);
          const isOwn = found.length > 0 || wanted === 'function';
          for (const btf of [base, finder, reader])
            expect(btf.find(text, wanted)).toEqual(inBase(text));
          expect(split.find(text, wanted)).toEqual(isOwn ? found : inBase(text));
        }
      }
    }),
  );
});

/** Names that a module's functions share with the kernel are stored in the kernel's strings. */
test('a name is found in a module wherever it is stored', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), (all) => {
      const data = encodeBtf(all.map((one) => ({ kind: 'function', name: one })));
      const own = encodeBtf(
        all.map(() => ({ kind: 'function', name: '' })),
        { stringsLength: stringsLength(data) },
      );
      for (const index of all.keys())
        data.copy(own, 24 + index * 12, 24 + index * 12, 28 + index * 12);
      const split = new Btf(own, { base: new Btf(data) });

      for (const [index, text] of all.entries()) {
        expect(split.find(text)).toEqual([all.length + 1 + index]);
      }
    }),
  );
});

/** What was made is not made again. */
function never(): never {
  throw new Error('it is there');
}

function keptInMemory(): KeptBtf {
  const files = new Map<string, Buffer>();
  return new KeptBtf(
    { read: (file) => files.get(file), keep: (file, contents) => files.set(file, contents) },
    'boot',
  );
}

function idsIn(
  types: readonly { readonly kind: BtfKindName; readonly name: string }[],
  kind: BtfKindName,
  firstId: number,
): (name: string) => readonly number[] {
  return (wanted) =>
    types.flatMap((type, index) =>
      wanted !== '' && type.kind === kind && type.name === wanted ? [firstId + index] : [],
    );
}

function shifted(text: string, by: number): Buffer {
  return Buffer.from(`${'\n'.repeat(by)}${text}`).subarray(by);
}
