import { existsSync } from 'node:fs';
import { isSameShape, shapeText } from '../state/map-shape.ts';
import { EbpfError } from './ebpf-error.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { shapeInKernel } from './maps/kernel-shape.ts';
import type { MapInfo } from './maps/map-info.ts';
import { mapInfo } from './maps/map-info.ts';
import { openPinAt } from './pins/pin-path.ts';

/**
 * Uses the map that is pinned at the path, or has `load` make it and pin it there. `MapFailed` when it does not fit.
 * libbpf would open the pin itself, but it compares with what the object says, and not with what the kernel makes of it
 * (`map_is_reuse_compat`; before 1.6 it refuses device maps).
 */
export function usePinnedMap(object: ObjectFile, map: FileMap, path: string): void {
  if (!existsSync(path)) {
    object.setMapPin(map.name, path);
    return;
  }
  using fd = openPinAt(path);
  checkFits(map, fd.kind() === 'map' ? mapInfo(fd.number) : undefined, path);
  object.reuseMap(map.name, fd.number);
}

/** Says more than libbpf's "parameter mismatch". */
function checkFits(file: FileMap, pinned: MapInfo | undefined, path: string): void {
  const wanted = shapeInKernel(file);
  if (pinned?.extra === file.extra && isSameShape(pinned, wanted)) return;
  const found =
    pinned === undefined ? 'what is pinned is no map' : `the pinned map is ${shapeText(pinned)}`;
  throw new EbpfError('MapFailed', `map "${file.name}" does not fit the one pinned at "${path}"`, {
    hint: `the object has ${shapeText(wanted)}, ${found}; unpin it, or rename the map`,
  });
}
