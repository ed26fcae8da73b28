import { EbpfError } from '../ebpf-error.ts';
import type { Value } from '../values/value.ts';

/** How a value lies in memory: keys and values of a map, records of a ring buffer. */
export interface Codec<Type extends Value = Value> {
  /** Bytes; `encode` gives and `decode` gets exactly so many. */
  readonly size: number;
  /** What it returns is not written to afterwards. Throws an `EbpfError` with code `InvalidValue` for what does not fit. */
  encode(value: Type): Uint8Array;
  /** Keeps nothing of `bytes`, which are overwritten afterwards. */
  decode(bytes: Uint8Array): Type;
}

/** For what has no type: bytes, copied when decoded. `InvalidValue` for another number of bytes. */
export function bytesCodec(size: number): Codec<Uint8Array> {
  return {
    size,
    encode: (value) => checkedBytes(value, size),
    decode: (bytes) => new Uint8Array(bytes), // not `slice`, which in a Buffer shares the memory
  };
}

/** What `encode` gives, of exactly the size that was promised: the kernel reads so many bytes whatever there is. */
export function encodeExactly<Type extends Value>(codec: Codec<Type>, value: Type): Uint8Array {
  const bytes = codec.encode(value);
  if (bytes.length === codec.size) return bytes;
  throw new Error(`a codec of ${codec.size} bytes gave ${bytes.length}`);
}

function checkedBytes(value: unknown, size: number): Uint8Array {
  if (value instanceof Uint8Array && value.length === size) return value;
  const got = value instanceof Uint8Array ? `${value.length}` : 'something else';
  throw new EbpfError('InvalidValue', `expected ${size} bytes, got ${got}`, {
    hint: 'without BTF, keys and values are a Uint8Array of exactly that length',
  });
}
