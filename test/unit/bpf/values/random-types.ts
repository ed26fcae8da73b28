import fc from 'fast-check';
import type { Value } from '../../../../src/bpf/values/value.ts';
import type { Type } from '../btf/encode-btf.ts';
import { char, int } from '../btf/encode-btf.ts';

/** A type that can be encoded, with a value of it as it is decoded, and one that it refuses. */
export interface Sample {
  /** The type itself comes first, what it needs after it, ids counted from the first's. */
  readonly types: (firstId: number) => readonly Partial<Type>[];
  readonly size: number;
  /** As `decodeValue` gives it, save that a union has one member. */
  readonly value: Value;
  /** Refused in its place. */
  readonly wrong: Value;
}

/** Samples of all kinds of types, nested a few levels deep. */
export function anySample(): fc.Arbitrary<Sample> {
  return fc.letrec<{ sample: Sample; leaf: Sample; list: Sample; struct: Sample; union: Sample }>(
    (tie) => ({
      sample: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        tie('leaf'),
        tie('list'),
        tie('struct'),
        tie('union'),
      ),
      leaf: fc.oneof(
        integer(),
        pointer(),
        boolean(),
        double(),
        float(),
        text(),
        byteArray(),
        enumeration(),
      ),
      list: list(tie('sample')),
      struct: fc.oneof(struct(tie('sample')), bitfields()),
      union: union(tie('sample')),
    }),
  ).sample;
}

function integer(): fc.Arbitrary<Sample> {
  return fc
    .record({ bytes: fc.integer({ min: 1, max: 16 }), isSigned: fc.boolean() })
    .chain(({ bytes, isSigned }) => {
      const [min, max] = boundsOf(bytes * 8, isSigned);
      return fc
        .record({
          value: fc.bigInt(min, max),
          wrong: fc.constantFrom<Value>(min - 1n, max + 1n, 0.5, 'x', [], true),
        })
        .map(({ value, wrong }) => ({
          types: () => [int('number', bytes, isSigned)],
          size: bytes,
          value: bytes > 4 ? value : Number(value),
          wrong,
        }));
    });
}

function pointer(): fc.Arbitrary<Sample> {
  return fc.bigInt(0n, 2n ** 64n - 1n).map((value) => ({
    types: () => [{ kind: 'pointer', value: 0 }],
    size: 8,
    value,
    wrong: -1n,
  }));
}

function boolean(): fc.Arbitrary<Sample> {
  const types: readonly Partial<Type>[] = [
    { kind: 'int', name: '_Bool', value: 1, words: [(4 << 24) | 8] },
  ];
  return fc.boolean().map((value) => ({ types: () => types, size: 1, value, wrong: 1 }));
}

function double(): fc.Arbitrary<Sample> {
  return fc.double().map((value) => ({
    types: () => [{ kind: 'float', name: 'double', value: 8 }],
    size: 8,
    value,
    wrong: 1n,
  }));
}

function float(): fc.Arbitrary<Sample> {
  return fc.float().map((value) => ({
    types: () => [{ kind: 'float', name: 'float', value: 4 }],
    size: 4,
    value,
    wrong: 1e300,
  }));
}

function text(): fc.Arbitrary<Sample> {
  return fc
    .record({ value: fc.string({ unit: 'grapheme', maxLength: 12 }), more: fc.nat(5) })
    .filter(({ value }) => !value.includes('\0'))
    .map(({ value, more }) => {
      const size = Buffer.byteLength(value) + more;
      return {
        types: (id) => [{ kind: 'array', words: [id + 1, id + 1, size] }, char()],
        size,
        value,
        wrong: 'x'.repeat(size + 1),
      };
    });
}

function byteArray(): fc.Arbitrary<Sample> {
  return fc.uint8Array({ maxLength: 12 }).map((value) => ({
    types: (id) => [
      { kind: 'array', words: [id + 1, id + 1, value.length] },
      { kind: 'typedef', name: '__u8', value: id + 2 },
      int('unsigned char', 1),
    ],
    size: value.length,
    value,
    wrong: new Uint8Array(value.length + 1),
  }));
}

function enumeration(): fc.Arbitrary<Sample> {
  return fc
    .record({ isWide: fc.boolean(), isSigned: fc.boolean() })
    .chain(({ isWide, isSigned }) => {
      const [min, max] = boundsOf(isWide ? 64 : 32, isSigned);
      return fc
        .record({
          known: fc.uniqueArray(fc.bigInt(min, max), { minLength: 1, maxLength: 4 }),
          chosen: fc.nat(4),
        })
        .map(({ known, chosen }) => enumSample({ isWide, isSigned, known, chosen }));
    });
}

interface EnumParts {
  readonly isWide: boolean;
  readonly isSigned: boolean;
  readonly known: readonly bigint[];
  readonly chosen: number;
}

function enumSample({ isWide, isSigned, known, chosen }: EnumParts): Sample {
  const words = known.flatMap((value, index) => [
    `VALUE_${index}`,
    Number(BigInt.asUintN(32, value)),
    ...(isWide ? [Number(BigInt.asUintN(32, value >> 32n))] : []),
  ]);
  const size = isWide ? 8 : 4;
  return {
    types: () => [
      {
        kind: isWide ? 'enum64' : 'enum',
        flag: isSigned,
        value: size,
        members: known.length,
        words,
      },
    ],
    size,
    value: `VALUE_${chosen % known.length}`,
    wrong: `VALUE_${known.length}`,
  };
}

function list(element: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc
    .record({ element: element.filter(isNoByte), count: fc.integer({ min: 1, max: 3 }) })
    .map(({ element: { types, size, value, wrong }, count }) => ({
      types: (id) => [{ kind: 'array', words: [id + 1, id + 1, count] }, ...types(id + 1)],
      size: size * count,
      value: Array.from({ length: count }, () => value),
      wrong: [...Array.from({ length: count - 1 }, () => value), wrong],
    }));
}

/** Arrays of unsigned bytes are no lists. */
function isNoByte({ types }: Sample): boolean {
  const [type] = types(1);
  return type?.kind !== 'int' || type.value !== 1;
}

function struct(member: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc.array(member, { minLength: 1, maxLength: 4 }).map((members) => {
    const sizes = members.map(({ size }) => size);
    const offsets = sizes.map((_, index) => sum(sizes.slice(0, index)));
    const last = members.length - 1;
    return {
      types: (id) => composite(id, { kind: 'struct', value: sum(sizes) }, members, offsets),
      size: sum(sizes),
      value: Object.fromEntries(members.map(({ value }, index) => [`m${index}`, value])),
      wrong: { [`m${last}`]: members[last]?.wrong ?? 0 },
    };
  });
}

function union(member: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc
    .record({ members: fc.array(member, { minLength: 2, maxLength: 3 }), chosen: fc.nat(3) })
    .map(({ members, chosen }) => {
      const size = Math.max(...members.map((candidate) => candidate.size));
      const at = chosen % members.length;
      return {
        types: (id) =>
          composite(
            id,
            { kind: 'union', value: size },
            members,
            members.map(() => 0),
          ),
        size,
        value: { [`m${at}`]: members[at]?.value ?? 0 },
        wrong: { m0: members[0]?.value ?? 0, m1: members[1]?.value ?? 0 },
      };
    });
}

function composite(
  id: number,
  type: Partial<Type>,
  members: readonly Sample[],
  offsets: readonly number[],
): readonly Partial<Type>[] {
  const needed: Partial<Type>[] = [];
  const words = members.flatMap(({ types }, index) => {
    const memberId = id + 1 + needed.length;
    needed.push(...types(memberId));
    return [`m${index}`, memberId, (offsets[index] ?? 0) * 8];
  });
  return [{ ...type, members: members.length, words }, ...needed];
}

/** Bitfields one after the other, which start anywhere in a byte. */
function bitfields(): fc.Arbitrary<Sample> {
  const field = fc
    .record({ bits: fc.integer({ min: 1, max: 64 }), isSigned: fc.boolean() })
    .chain(({ bits, isSigned }) => {
      const [min, max] = boundsOf(bits, isSigned);
      return fc.bigInt(min, max).map((value) => ({ bits, isSigned, value, wrong: max + 1n }));
    });
  return fc.array(field, { minLength: 1, maxLength: 6 }).map((fields) => {
    const widths = fields.map(({ bits }) => bits);
    const size = Math.ceil(sum(widths) / 8);
    const words = fields.map(({ bits, isSigned }, index) => ({
      place: ((bits << 24) | sum(widths.slice(0, index))) >>> 0,
      type: isSigned ? 2 : 1,
    }));
    return {
      types: (id) => [
        {
          kind: 'struct',
          flag: true,
          value: size,
          members: fields.length,
          words: words.flatMap(({ place, type }, index) => [`b${index}`, id + type, place]),
        },
        int('unsigned long', 8),
        int('long', 8, true),
      ],
      size,
      value: Object.fromEntries(
        fields.map(({ bits, value }, index) => [`b${index}`, bits > 32 ? value : Number(value)]),
      ),
      wrong: { b0: fields[0]?.wrong ?? 0 },
    };
  });
}

function boundsOf(bits: number, isSigned: boolean): readonly [min: bigint, max: bigint] {
  return isSigned
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
