import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globTest } from '../../src/base/glob.ts';

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
