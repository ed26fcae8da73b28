import { existsSync } from 'node:fs';
import { isSameShape, shapeText } from '../state/map-shape.ts';
import { EbpfError } from './ebpf-error.ts';
import type { Fd } from './libbpf/fd.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { shapeInKernel } from './maps/kernel-shape.ts';
import { mapInfo } from './maps/map-info.ts';
import { openPinAt, requireNoNul } from './pins/pin-path.ts';

/**
 * Uses the map that is pinned at the path, or has `load` make it and pin it there. `MapFailed` when it does not fit.
 * libbpf would open the pin itself, but it compares with what the object says, and not with what the kernel makes of it
 * (`map_is_reuse_compat`; before 1.6 it refuses device maps).
 */
export function usePinnedMap(object: ObjectFile, map: FileMap, path: string): void {
  requireNoNul(path);
  if (!existsSync(path)) {
    object.setMapPin(map.name, path);
    return;
  }
  using fd = openPinAt(path);
  requireMap(map, fd, path);
  checkFits(map, fd, path);
  object.reuseMap(map.name, fd.number);
}

function requireMap({ name }: FileMap, fd: Fd, path: string): void {
  const kind = fd.kind();
  if (kind === 'map') return;
  const message = `map "${name}" does not fit what is pinned at "${path}"`;
  throw new EbpfError('MapFailed', message, { hint: `that is a ${kind}, not a map` });
}

/** Says more than libbpf's "parameter mismatch". */
function checkFits(file: FileMap, fd: Fd, path: string): void {
  const pinned = mapInfo(fd.number);
  const wanted = shapeInKernel(file);
  if (pinned.extra === file.extra && isSameShape(pinned, wanted)) return;
  throw new EbpfError('MapFailed', `map "${file.name}" does not fit the one pinned at "${path}"`, {
    hint: `the object has ${shapeText(wanted)}, the pinned map is ${shapeText(pinned)}; unpin it, or rename the map`,
  });
}
