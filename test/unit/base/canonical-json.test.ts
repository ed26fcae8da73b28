import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/base/canonical-json.ts';

test.each<readonly [value: unknown, text: string]>([
  [{ b: 1, a: [2, { d: null, c: 'x' }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
  [{ 10: 'ten', 9: 'nine' }, '{"10":"ten","9":"nine"}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [{}, '{}'],
  [[], '[]'],
  [true, 'true'],
])('%j is %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('any JSON, in whatever order, is read back as the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);

      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a counter of the kernel is no plain data', () => {
  expect(() => canonicalJson({ runs: 1n })).toThrow(TypeError);
});
