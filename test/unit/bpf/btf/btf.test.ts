import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../src/base/errors.ts';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { globalsOf } from '../../../../src/bpf/btf/globals.ts';
import { typeSize } from '../../../../src/bpf/btf/type-size.ts';
import { typeText } from '../../../../src/bpf/btf/type-text.ts';
import { btfOf } from '../object-btf.ts';

describe("an object's BTF", () => {
  const btf = new Btf(btfOf('counter'));

  test('functions by name', () => {
    expect([...btf.names()]).toEqual(['count_first', 'count_return', 'count_second']);
    expect(btf.find('count_first').map((id) => btf.type(id)?.name)).toEqual(['count_first']);
    expect(btf.find('count_')).toEqual([]);
    expect(btf.find('hits')).toEqual([]);
    expect(btf.find('')).toEqual([]);
  });

  test('other kinds by name', () => {
    expect(btf.find('hits', 'variable')).toHaveLength(1);
    expect([...btf.names('section')]).toEqual(['.bss', '.data', '.maps', '.rodata', 'license']);
  });

  test('many look-ups find what a few find', () => {
    const names = [...btf.names('typedef'), 'nothing', ''];
    const few = names.map((name) => new Btf(btfOf('counter')).find(name, 'typedef'));

    for (let round = 0; round < 100; round += 1) {
      expect(names.map((name) => btf.find(name, 'typedef'))).toEqual(few);
    }
  });

  test('types by id, from 1 on', () => {
    expect(btf.type(0)).toBeUndefined();
    expect(btf.type(1)?.id).toBe(1);
    expect(btf.type(btf.length)?.id).toBe(btf.length);
    expect(btf.type(btf.length + 1)).toBeUndefined();
  });

  test('variables with their types and sizes', () => {
    const variables = [...btf.ofKind('variable')].map(({ name, sizeOrType }) => [
      name,
      typeText(btf, sizeOrType),
      typeSize(btf, sizeOrType),
    ]);

    expect(variables).toEqual(
      expect.arrayContaining([
        ['step', 'const volatile __u32', 4],
        ['total', 'volatile __u64', 8],
        ['LICENSE', 'char[4]', 4],
      ]),
    );
  });
});

describe('malformed', () => {
  const whole = btfOf('counter');

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another magic', Buffer.alloc(64)],
    ['cut in its header', whole.subarray(0, 20)],
    ['cut in its strings', whole.subarray(0, whole.length - 1)],
    ['types that end too early', withUint32(whole, 12, 20)],
    ['an unknown kind', withUint32(whole, whole.readUInt32LE(4) + 4, 31 << 24)],
  ])('%s', (_, data) => {
    expect(() => new Btf(data)).toThrow(AppError);
  });

  test('any change gives answers or an AppError', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const data = Buffer.from(cut % 4 === 0 ? whole.subarray(0, cut) : whole);
          for (const [at, byte] of changes) if (at < data.length) data[at] = byte;

          expect(answersOrRefuses(data)).toBe(true);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('any change to a type gives answers or an AppError', () => {
    const start = whole.readUInt32LE(4) + whole.readUInt32LE(8);
    const words = whole.readUInt32LE(12) / 4;
    fc.assert(
      fc.property(fc.nat(words - 1), fc.integer({ min: 0, max: 0xffffffff }), (word, value) => {
        expect(answersOrRefuses(withUint32(whole, start + word * 4, value))).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });
});

function withUint32(data: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(data);
  changed.writeUInt32LE(value >>> 0, at);
  return changed;
}

/** Asks all that can be asked. */
function answersOrRefuses(data: Buffer): boolean {
  try {
    const btf = new Btf(data);
    for (const name of btf.names()) btf.find(name);
    globalsOf(btf);
    for (let id = 0; id <= btf.length; id += 1) {
      if (typeof typeText(btf, id) !== 'string' || typeof typeSize(btf, id) !== 'number')
        return false;
    }
    return true;
  } catch (error) {
    return error instanceof AppError;
  }
}
