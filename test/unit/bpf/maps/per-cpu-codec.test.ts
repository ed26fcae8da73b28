import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../../../src/bpf/maps/codec.ts';
import { bytesCodec } from '../../../../src/bpf/maps/codec.ts';
import { perCpuCodec } from '../../../../src/bpf/maps/per-cpu-codec.ts';
import type { Value } from '../../../../src/bpf/values/value.ts';

test.each([
  { value: 1, cpus: 1, size: 8 },
  { value: 4, cpus: 2, size: 16 },
  { value: 8, cpus: 3, size: 24 },
  { value: 9, cpus: 4, size: 64 },
  { value: 16, cpus: 128, size: 2048 },
])('$value bytes on $cpus processors take $size', ({ value, cpus, size }) => {
  expect(perCpuCodec(bytesCodec(value), cpus).size).toBe(size);
});

test('each value starts at a multiple of eight', () => {
  const codec = perCpuCodec(bytesCodec(3), 2);

  const bytes = codec.encode([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);

  expect([...bytes]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0]);
});

test('what the kernel leaves between values is not looked at', () => {
  const codec = perCpuCodec(bytesCodec(2), 2);

  const list = codec.decode(Uint8Array.of(1, 2, 9, 9, 9, 9, 9, 9, 3, 4, 9, 9, 9, 9, 9, 9));

  expect(list).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
});

test.each<[what: string, content: Value, message: string]>([
  ['one too few', [new Uint8Array(8)], 'expected a list of 2 values, got a list of 1'],
  ['none', [], 'expected a list of 2 values, got a list of 0'],
  ['one for all', new Uint8Array(8), 'expected a list of 2 values, got something else'],
])('%s: refused', (_, content, message) => {
  const codec: Codec = perCpuCodec<Value>(bytesCodec(8), 2);

  expect(() => codec.encode(content)).toThrow(
    expect.objectContaining({ code: 'InvalidValue', message }),
  );
});

test('a value that does not fit its slot is a bug of its codec', () => {
  const liar = { ...bytesCodec(4), encode: () => new Uint8Array(12) };

  expect(() => perCpuCodec(liar, 1).encode([new Uint8Array(4)])).toThrow('gave 12');
});

test('what goes in comes out', () => {
  const lists = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }))
    .chain(([size, cpus]) =>
      fc.record({
        size: fc.constant(size),
        list: fc.array(fc.uint8Array({ minLength: size, maxLength: size }), {
          minLength: cpus,
          maxLength: cpus,
        }),
      }),
    );
  fc.assert(
    fc.property(lists, ({ size, list }) => {
      const codec = perCpuCodec(bytesCodec(size), list.length);

      const bytes = codec.encode(list);

      expect(bytes.length).toBe(codec.size);
      expect(codec.decode(bytes)).toEqual(list);
    }),
  );
});
