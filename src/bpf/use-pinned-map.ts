import { existsSync } from 'node:fs';
import type { MapShape } from '../state/map-shape.ts';
import { isSameShape, shapeText } from '../state/map-shape.ts';
import { EbpfError } from './ebpf-error.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { shapeInKernel } from './maps/kernel-shape.ts';
import { mapInfo } from './maps/map-info.ts';
import { openPinAt, requireNoNul } from './pins/pin-path.ts';

/** libbpf opens the map that is pinned at the path, or makes it and pins it there (`bpf_object__create_maps`). `MapFailed` when it does not fit, `InvalidPin` for no map. */
export function usePinnedMap(object: ObjectFile, map: FileMap, path: string): void {
  requireNoNul(path);
  const pinned = existsSync(path) ? checkFits(map, path) : undefined;
  // libbpf compares with what the object says, and not with what the kernel makes of it (`map_is_reuse_compat`)
  if (pinned !== undefined && pinned.maxEntries !== map.maxEntries) {
    object.setMaxEntries(map.name, pinned.maxEntries);
  }
  if (pinned !== undefined && pinned.flags !== map.flags) {
    object.setMapFlags(map.name, pinned.flags);
  }
  object.setMapPin(map.name, path);
}

/** Says more than libbpf's "parameter mismatch". */
function checkFits(file: FileMap, path: string): MapShape {
  const pinned = shapeAt(path);
  const wanted = shapeInKernel(file);
  if (isSameShape(pinned, wanted)) return pinned;
  throw new EbpfError('MapFailed', `map "${file.name}" does not fit the one pinned at "${path}"`, {
    hint: `the object has ${shapeText(wanted)}, the pinned map is ${shapeText(pinned)}; unpin it, or rename the map`,
  });
}

function shapeAt(path: string): MapShape {
  using fd = openPinAt(path);
  const kind = fd.kind();
  if (kind !== 'map') throw new EbpfError('InvalidPin', `"${path}" is a ${kind}, not a map`);
  return mapInfo(fd.number);
}
