import type { MapShape } from '../../state/map-shape.ts';
import { readMapInfo, textAt } from '../libbpf/info.ts';
import { mapTypeName } from '../map-types.ts';

/** What the kernel tells of a map (`struct bpf_map_info`, include/uapi/linux/bpf.h; bpf(2)). */
export interface MapInfo extends MapShape {
  readonly id: number;
  /** A bloom filter's number of hash functions, an arena's address; 0 before Linux 5.16, which has neither. */
  readonly extra: bigint;
  /** Cut at 15 bytes by the kernel. */
  readonly name: string;
  /** Its BTF in the kernel, and the types of key and value in it; `undefined` where it has none (Linux 4.18). */
  readonly btf:
    | { readonly id: number; readonly keyTypeId: number; readonly valueTypeId: number }
    | undefined;
}

/** Offsets in it. */
const at = {
  type: 0,
  id: 4,
  keySize: 8,
  valueSize: 12,
  maxEntries: 16,
  flags: 20,
  name: 24,
  btfId: 64,
  keyTypeId: 68,
  valueTypeId: 72,
  extra: 80,
} as const;
const nameLength = 16;

/** Reads it by fd (BPF_OBJ_GET_INFO_BY_FD, Linux 4.13). Throws a `CallError`. */
export function mapInfo(fd: number): MapInfo {
  const { bytes } = readMapInfo(fd);
  const u32 = (offset: number): number => bytes.readUInt32LE(offset);
  const btf = { id: u32(at.btfId), keyTypeId: u32(at.keyTypeId), valueTypeId: u32(at.valueTypeId) };
  return {
    id: u32(at.id),
    type: mapTypeName(u32(at.type)),
    name: textAt(bytes, at.name, nameLength),
    keySize: u32(at.keySize),
    valueSize: u32(at.valueSize),
    maxEntries: u32(at.maxEntries),
    flags: u32(at.flags),
    extra: bytes.readBigUInt64LE(at.extra),
    btf: btf.id === 0 ? undefined : btf,
  };
}
