import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../../src/base/errors.ts';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { readBits, writeBits } from '../../../../src/bpf/values/bits.ts';
import { decodeValue } from '../../../../src/bpf/values/decode-value.ts';
import { encodeValue } from '../../../../src/bpf/values/encode-value.ts';
import type { Value } from '../../../../src/bpf/values/value.ts';
import { encodeBtf } from '../btf/encode-btf.ts';
import { anySample } from './random-types.ts';

test('what is encoded is decoded as it was, and takes what the type takes', () => {
  fc.assert(
    fc.property(anySample(), ({ types, size, value }) => {
      const btf = new Btf(encodeBtf(types(1)));
      const bytes = encodeValue(btf, 1, value);

      expect(bytes).toHaveLength(size);
      expect(onlyMembersOf(decodeValue(btf, 1, bytes), value)).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test('what does not fit is refused', () => {
  fc.assert(
    fc.property(anySample(), ({ types, wrong }) => {
      const btf = new Btf(encodeBtf(types(1)));

      expect(() => encodeValue(btf, 1, wrong)).toThrow(
        expect.objectContaining({ code: 'InvalidValue' }),
      );
    }),
    { numRuns: 500 },
  );
});

test('any value for any type is encoded or refused', () => {
  fc.assert(
    fc.property(anySample(), anySample(), fc.anything(), (sample, { value: other }, anything) => {
      const btf = new Btf(encodeBtf(sample.types(1)));

      for (const value of [other, anything as Value])
        // whatever a caller without types gives
        expect(settles(() => encodeValue(btf, 1, value))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('any bytes are decoded, to something that shares nothing with them', () => {
  fc.assert(
    fc.property(anySample(), fc.integer(), ({ types, size }, seed) => {
      const btf = new Btf(encodeBtf(types(1)));
      const bytes = Uint8Array.from({ length: size }, (_, at) => Math.imul(seed, at + 1) >>> 8);

      const value = decodeValue(btf, 1, bytes);
      const before = structuredClone(value);
      bytes.fill(0x55);

      expect(value).toEqual(before);
    }),
    { numRuns: 500 },
  );
});

test('bits are written where they belong, and nowhere else', () => {
  const place = fc.record({
    before: fc.nat(40),
    bits: fc.integer({ min: 1, max: 128 }),
    fill: fc.constantFrom(0, 0xff),
    value: fc.bigInt(-(2n ** 127n), 2n ** 127n - 1n),
  });
  fc.assert(
    fc.property(place, ({ before, bits, fill, value }) => {
      const bytes = new Uint8Array(24).fill(fill);
      const after = bytes.length * 8 - before - bits;

      writeBits(bytes, before, bits, value);

      expect(readBits(bytes, before, bits)).toBe(BigInt.asUintN(bits, value));
      if (before > 0) expect(readBits(bytes, 0, before)).toBe(filled(before, fill));
      expect(readBits(bytes, before + bits, after)).toBe(filled(after, fill));
    }),
  );
});

/** A union is decoded to all its members: keeps those that the value has. */
function onlyMembersOf(decoded: Value, value: Value): Value {
  if (Array.isArray(decoded) && Array.isArray(value)) {
    return decoded.map((element: Value, index) => onlyMembersOf(element, value[index] as Value)); // as long as the other
  }
  if (!isObject(decoded) || !isObject(value)) return decoded;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      onlyMembersOf(decoded[name] ?? 'missing', member),
    ]),
  );
}

function isObject(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function settles(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    return error instanceof AppError;
  }
}

function filled(bits: number, fill: number): bigint {
  return fill === 0 ? 0n : 2n ** BigInt(bits) - 1n;
}
