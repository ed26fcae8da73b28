import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstBatch, largerBatch } from '../../../../src/bpf/maps/batch-size.ts';

test.each([
  { elementSize: 16, maxEntries: 10, first: 10 },
  { elementSize: 16, maxEntries: 1_000_000, first: 4096 },
  { elementSize: 40_000, maxEntries: 100, first: 1 },
  { elementSize: 1_000_000, maxEntries: 100, first: 1 },
  { elementSize: 0, maxEntries: 1_000_000, first: 65_536 },
])(
  '$elementSize bytes, $maxEntries entries: $first at first',
  ({ elementSize, maxEntries, first }) => {
    expect(firstBatch(elementSize, maxEntries)).toBe(first);
  },
);

test.each([
  { size: 1, maxEntries: 100, larger: 2 },
  { size: 64, maxEntries: 100, larger: 100 },
  { size: 99, maxEntries: 100, larger: 100 },
])('after $size of $maxEntries: $larger', ({ size, maxEntries, larger }) => {
  expect(largerBatch(size, maxEntries)).toBe(larger);
});

test('a bucket cannot hold more than the map', () => {
  expect(() => largerBatch(100, 100)).toThrow('a bucket holds more than all 100 elements');
});

test('from any first size, growing ends at all that the map can have', () => {
  const sizes = fc.tuple(fc.nat(2 ** 22), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
  fc.assert(
    fc.property(sizes, ([elementSize, maxEntries]) => {
      let size = firstBatch(elementSize, maxEntries);
      let steps = 0;

      for (; size < maxEntries; steps += 1) size = largerBatch(size, maxEntries);

      expect(size).toBe(maxEntries);
      expect(steps).toBeLessThanOrEqual(32);
    }),
  );
});
