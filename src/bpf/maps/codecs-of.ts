import { Btf } from '../btf/btf.ts';
import { openBtfById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import { readBtfData } from '../libbpf/info.ts';
import type { Codec } from './codec.ts';
import { bytesCodec } from './codec.ts';
import type { MapInfo } from './map-info.ts';

/** Makes the codec of a BTF type. */
export type TypeCodec = (btf: Btf, typeId: number) => Codec;

export interface MapCodecs {
  readonly key: Codec;
  readonly value: Codec;
}

/**
 * The codecs of a map's keys and values, by the types that the kernel knows of it (Linux 4.18). Without a `typeCodec`,
 * where the map has no BTF, or where its BTF may not be read (CAP_SYS_ADMIN), they are bytes.
 */
export function codecsOf(info: MapInfo, typeCodec?: TypeCodec): MapCodecs {
  const bytes = { key: bytesCodec(info.keySize), value: bytesCodec(info.valueSize) };
  if (info.btf === undefined || typeCodec === undefined) return bytes;
  const btf = readBtf(info.btf.id);
  if (btf === undefined) return bytes;
  const { keyTypeId, valueTypeId } = info.btf;
  return {
    key: keyTypeId === 0 ? bytes.key : typeCodec(btf, keyTypeId), // 0 is void: no type was given
    value: valueTypeId === 0 ? bytes.value : typeCodec(btf, valueTypeId),
  };
}

function readBtf(id: number): Btf | undefined {
  try {
    using fd = openBtfById(id);
    return new Btf(readBtfData(fd.number));
  } catch (error) {
    if (error instanceof CallError && error.errnoName === 'EPERM') return undefined;
    throw error;
  }
}
