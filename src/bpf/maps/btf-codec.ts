import { didYouMean } from '../../base/suggest.ts';
import type { Btf } from '../btf/btf.ts';
import { BtfKind } from '../btf/btf-type.ts';
import type { Global } from '../btf/globals.ts';
import { globalsOf } from '../btf/globals.ts';
import { EbpfError } from '../ebpf-error.ts';
import { decodeValue } from '../values/decode-value.ts';
import { encodeValue } from '../values/encode-value.ts';
import { listOf } from '../values/invalid-value.ts';
import { layoutOf } from '../values/layout-of.ts';
import type { Value } from '../values/value.ts';
import type { Codec } from './codec.ts';
import { bytesCodec } from './codec.ts';

/** Plain values by their BTF type. `InvalidValue` for a type that has none; see `encodeValue` for the rest. */
export function btfCodec(btf: Btf, typeId: number): Codec {
  return {
    size: layoutOf(btf, typeId).size,
    encode: (value) => encodeValue(btf, typeId, value),
    decode: (bytes) => decodeValue(btf, typeId, bytes),
  };
}

/** For a map's keys or values of `size` bytes: a data section by its variables; bytes where a type has no plain value. */
export function mapCodec(btf: Btf, typeId: number, size: number): Codec {
  const type = btf.type(typeId);
  if (type?.kind === BtfKind.section) {
    const own = globalsOf(btf).filter(({ section }) => section === type.name);
    return sectionCodec(btf, own, size);
  }
  try {
    const codec = type === undefined ? undefined : btfCodec(btf, typeId);
    return codec?.size === size ? codec : bytesCodec(size);
  } catch (error) {
    if (error instanceof EbpfError && error.code === 'InvalidValue') return bytesCodec(size);
    throw error;
  }
}

/** The only key of a data section's map, which is an array of one. `InvalidValue` for a variable's name, which is none. */
export const indexCodec: Codec<number> = {
  size: 4,
  encode: (value) => {
    if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) {
      return new Uint8Array(Uint32Array.of(value).buffer);
    }
    throw new EbpfError('InvalidValue', `the key of a data section is 0, not "${String(value)}"`);
  },
  decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true),
};

type Variables = { readonly [name: string]: Value };

/** A data section, such as `.bss`: its global variables by name. What is not named when it is set becomes zero; `InvalidValue` for unknown names. */
export function sectionCodec(btf: Btf, globals: readonly Global[], size: number): Codec<Variables> {
  return {
    size,
    decode: (bytes) => Object.fromEntries(globals.map((global) => decoded(btf, global, bytes))),
    encode: (variables) => {
      checkNames(globals, variables);
      const bytes = new Uint8Array(size);
      for (const { name, typeId, offset } of globals) {
        const value = variables[name];
        if (value !== undefined) bytes.set(encodeValue(btf, typeId, value, name), offset);
      }
      return bytes;
    },
  };
}

/** A misspelt name would set what was meant to zero. */
function checkNames(globals: readonly Global[], variables: unknown): void {
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) {
    throw new EbpfError('InvalidValue', 'a data section is an object of its variables by name');
  }
  const names = globals.map(({ name }) => name);
  const unknown = Object.keys(variables).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, names) ?? listOf(names, 'its variables are');
  throw new EbpfError('InvalidValue', `the data section has no variable "${unknown}"`, { hint });
}

function decoded(
  btf: Btf,
  { name, typeId, offset, size }: Global,
  bytes: Uint8Array,
): readonly [name: string, value: Value] {
  return [name, decodeValue(btf, typeId, bytes.subarray(offset, offset + size))];
}
