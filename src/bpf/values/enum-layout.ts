import type { BtfType, BtfTypes } from '../btf/btf-type.ts';
import { BtfKind } from '../btf/btf-type.ts';
import { noValue } from './invalid-value.ts';
import type { EnumLayout } from './layout.ts';

/** The layout of an enum of 32-bit or 64-bit values. */
export function enumLayout(types: BtfTypes, type: BtfType, text: string): EnumLayout {
  const size = type.sizeOrType;
  if (![1, 2, 4, 8].includes(size)) throw noValue(text, `an enum of ${size} bytes`);
  const values = new Map<string, bigint>();
  const names = new Map<bigint, string>();
  for (const [name, bits] of enumerators(types, type)) {
    const value = type.flag ? BigInt.asIntN(size * 8, bits) : BigInt.asUintN(size * 8, bits);
    values.set(name, value);
    if (!names.has(value)) names.set(value, name);
  }
  return { kind: 'enum', text, size, leaves: 1, isSigned: type.flag, values, names };
}

/**
 * None for an 8-byte enum whose values are of 32 bits: compilers before BTF_KIND_ENUM64 (clang 15, pahole 1.24) cut
 * them off, so that any name may stand for another number than the program's.
 */
function* enumerators(types: BtfTypes, type: BtfType): Generator<readonly [string, bigint]> {
  const { kind, sizeOrType, memberCount, words } = type;
  if (kind === BtfKind.enum && sizeOrType === 8) return;
  const step = kind === BtfKind.enum ? 2 : 3;
  for (let index = 0; index < memberCount; index += 1) {
    const low = words[index * step + 1] ?? 0;
    const high = step === 2 ? 0 : (words[index * step + 2] ?? 0);
    yield [types.nameAt(words[index * step] ?? 0), (BigInt(high) << 32n) | BigInt(low)];
  }
}
