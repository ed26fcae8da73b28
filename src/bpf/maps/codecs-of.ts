import { Btf } from '../btf/btf.ts';
import { BtfKind } from '../btf/btf-type.ts';
import { openBtfById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import { readBtfData } from '../libbpf/info.ts';
import type { Codec } from './codec.ts';
import { indexCodec, mapCodec } from './btf-codec.ts';
import { bytesCodec } from './codec.ts';
import type { MapInfo } from './map-info.ts';

export interface MapCodecs {
  readonly key: Codec;
  readonly value: Codec;
}

/**
 * The codecs of a map's keys and values, by the types that the kernel knows of it (Linux 4.18). Where it has no BTF, or
 * where that may not be read (CAP_SYS_ADMIN), they are bytes.
 */
export function codecsOf({ btf: types, keySize, valueSize }: MapInfo): MapCodecs {
  const btf = types === undefined ? undefined : readBtf(types.id);
  if (types === undefined || btf === undefined) {
    return { key: bytesCodec(keySize), value: bytesCodec(valueSize) };
  }
  const isSection = btf.type(types.valueTypeId)?.kind === BtfKind.section;
  return {
    key: isSection ? indexCodec : mapCodec(btf, types.keyTypeId, keySize),
    value: mapCodec(btf, types.valueTypeId, valueSize),
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
