import { existsSync } from 'node:fs';
import { EbpfError } from './ebpf-error.ts';
import { readMapInfo } from './libbpf/info.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { mapTypeName } from './map-types.ts';
import { openPinAt, requireNoNul } from './pins/pin-path.ts';

/** What makes two maps interchangeable; libbpf compares flags too. */
type Shape = Pick<FileMap, 'type' | 'keySize' | 'valueSize' | 'maxEntries'>;

/** libbpf opens the map that is pinned at the path, or makes it and pins it there (`bpf_object__create_maps`). `MapFailed` when it does not fit. */
export function usePinnedMap(object: ObjectFile, map: FileMap, path: string): void {
  requireNoNul(path);
  checkFits(map, path);
  object.setMapPin(map.name, path);
}

/** Says more than libbpf's "parameter mismatch". */
function checkFits(file: FileMap, path: string): void {
  const pinned = existsSync(path) ? shapeOf(file, path) : undefined;
  if (pinned === undefined) return;
  const fits = (['type', 'keySize', 'valueSize', 'maxEntries'] as const).every(
    (key) => pinned[key] === file[key],
  );
  const isSizedLater = file.maxEntries === 0; // libbpf fills these in from the number of processors
  if (fits || (isSizedLater && pinned.type === file.type)) return;
  throw new EbpfError('MapFailed', `map "${file.name}" does not fit the one pinned at "${path}"`, {
    hint: `the object has ${describe(file)}, the pinned map is ${describe(pinned)}; unpin it, or rename the map`,
  });
}

function shapeOf({ name }: FileMap, path: string): Shape {
  using fd = openPinAt(path);
  const kind = fd.kind();
  if (kind !== 'map') {
    const message = `map "${name}" does not fit what is pinned at "${path}"`;
    throw new EbpfError('MapFailed', message, { hint: `that is a ${kind}, not a map` });
  }
  const { bytes } = readMapInfo(fd.number);
  const [type = 0, keySize = 0, valueSize = 0, maxEntries = 0] = [0, 8, 12, 16].map((offset) =>
    bytes.readUInt32LE(offset),
  );
  return { type, keySize, valueSize, maxEntries };
}

function describe(map: Shape): string {
  return `${mapTypeName(map.type)} (key ${map.keySize} B, value ${map.valueSize} B, ${map.maxEntries} entries)`;
}
