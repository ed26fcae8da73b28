import { expect, test } from 'vitest';
import { listed, quoted } from '../../../src/base/diagnostic.ts';

test('a long value is cut', () => {
  expect(quoted('a')).toBe('"a"');
  expect(quoted('x'.repeat(100))).toBe(`"${'x'.repeat(100)}"`);
  expect(quoted('x'.repeat(101))).toBe(`"${'x'.repeat(97)}..."`);
});

test.each([
  [0, ''],
  [1, '"n1"'],
  [2, '"n1", "n2"'],
  [12, '"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10" and 2 more'],
])('%i names', (count, text) => {
  expect(listed(Array.from({ length: count }, (_, index) => `n${index + 1}`))).toBe(text);
});
