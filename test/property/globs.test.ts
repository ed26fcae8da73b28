import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globTest } from '../../src/base/glob.ts';
import { NameTable } from '../../src/bpf/catalog/name-table.ts';

// Short texts of few letters, so that many of them match.
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });

test('a glob matches what the regular expression made of it does', () => {
  fc.assert(
    fc.property(glob, name, (pattern, text) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');

      expect(globTest(pattern)(text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
  );
});

test('a table of names counts them as a list would', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 40 }), name, (names, other) => {
      const bytes = Buffer.from(names.join('\n'));
      const table = new NameTable(bytes, names.length);
      let at = 0;
      for (const { length } of names) {
        table.add(at, at + length);
        at += length + 1;
      }

      for (const wanted of [...names, other]) {
        expect(table.count(wanted)).toBe(names.filter((one) => one === wanted).length);
      }
    }),
  );
});
