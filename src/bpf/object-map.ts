import type { Btf } from './btf/btf.ts';
import { globalsOf } from './btf/globals.ts';
import { Fd } from './libbpf/fd.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { indexCodec, mapCodec, sectionCodec } from './maps/btf-codec.ts';
import { bytesCodec } from './maps/codec.ts';
import type { MapCodecs } from './maps/codecs-of.ts';
import { EbpfMap } from './maps/ebpf-map.ts';

/** A map of a loaded object, typed by its BTF; the object owns the fd. */
export function objectMap(object: ObjectFile, file: FileMap, btf: Btf | undefined): EbpfMap {
  const fd = new Fd(object.mapFd(file.name));
  return new EbpfMap({ name: file.name, fd, ownsFd: false, ...codecsFor(file, btf) });
}

/** Keys and values that have no type in the object are bytes. */
function codecsFor(file: FileMap, btf: Btf | undefined): MapCodecs {
  const { keySize, valueSize, keyTypeId, valueTypeId } = file;
  if (btf === undefined) return { key: bytesCodec(keySize), value: bytesCodec(valueSize) };
  if (file.internal) {
    const own = globalsOf(btf).filter(({ section }) => section === file.name);
    return { key: indexCodec, value: sectionCodec(btf, own, valueSize) };
  }
  return {
    key: mapCodec(btf, keyTypeId, keySize),
    value: mapCodec(btf, valueTypeId, valueSize),
  };
}
