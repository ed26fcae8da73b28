import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../../src/launch/sealed.ts';

const source = Buffer.from('(function () {})');
const code = { data: Buffer.from('what V8 made of it'), compiledBytes: 4711 };
const sealed = seal(code, source);

describe('code that is sealed', () => {
  test('is what it was', () => {
    expect(unseal(sealed, source)).toEqual(code);
  });

  test('is refused with another source of the same length', () => {
    expect(unseal(sealed, Buffer.from('(function () [])'))).toBeUndefined();
  });

  test('is refused with any bit flipped', () => {
    const flips = Array.from({ length: sealed.length * 8 }, (_, bit) => flipped(bit));
    expect(flips.filter((one) => unseal(one, source) !== undefined)).toEqual([]);
  });

  test('is refused however it was cut', () => {
    const cuts = Array.from({ length: sealed.length }, (_, length) => sealed.subarray(0, length));
    expect(cuts.filter((one) => unseal(one, source) !== undefined)).toEqual([]);
  });
});

function flipped(bit: number): Buffer {
  const copy = Buffer.from(sealed);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}
