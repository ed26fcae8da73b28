import type { Codec } from '../../../src/bpf/maps/codec.ts';

// Codecs of the types in test/objects, by hand: these tests are about maps, not about BTF.

export const u8: Codec<number> = {
  size: 1,
  encode: (value) => Uint8Array.of(value),
  decode: (bytes) => bytes[0] ?? 0,
};

export const u32: Codec<number> = {
  size: 4,
  encode: (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  },
  decode: (bytes) => Buffer.from(bytes).readUInt32LE(),
};

export const u64: Codec<bigint> = {
  size: 8,
  encode: (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  },
  decode: (bytes) => Buffer.from(bytes).readBigUInt64LE(),
};

/** `struct key` of maps.bpf.c. */
export const key: Codec<{ readonly uid: number; readonly name: string }> = {
  size: 16,
  encode: ({ uid, name }) => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(uid);
    bytes.write(name, 4);
    return bytes;
  },
  decode: (bytes) => {
    const buffer = Buffer.from(bytes);
    return { uid: buffer.readUInt32LE(), name: buffer.toString('utf8', 4).replace(/\0.*/, '') };
  },
};

/** `struct value` of maps.bpf.c, and `struct event` of ring.bpf.c, whose members are two 64-bit words. */
export const words: Codec<readonly bigint[]> = {
  size: 16,
  encode: (list) => Buffer.concat(list.map((word) => u64.encode(word))),
  decode: (bytes) => [u64.decode(bytes.subarray(0, 8)), u64.decode(bytes.subarray(8))],
};
