import type { Loaded, LoadRequest } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import type { ObservedProgram } from '../../state/observed.ts';
import { exists, writeNote } from '../bpffs.ts';
import { explain } from '../explain.ts';
import { Fd } from '../libbpf/fd.ts';
import { readMapInfo, readProgramInfo } from '../libbpf/info.ts';
import type { FileMap } from '../libbpf/object-file.ts';
import { ObjectFile } from '../libbpf/object-file.ts';
import { openPin, pin, unpin } from '../libbpf/pin.ts';
import { mapTypeName } from '../map-types.ts';

/** Loads one program for one target and pins all that belongs to it, or leaves nothing. */
export function loadProgram(request: LoadRequest): Loaded {
  const doing = `load program "${request.program}" for "${request.target}"`;
  const missing = missingPins(request);
  try {
    const program = loadAndPin(request);
    return { program, created: missing };
  } catch (error) {
    for (const path of missing.filter(exists)) unpin(path);
    throw explain(error, 'load', doing);
  }
}

/** What the load will have made, in order. */
function missingPins({ maps, programPin, note }: LoadRequest): readonly PinPath[] {
  return [...maps.map((map) => map.pin), note.pin, programPin].filter((path) => !exists(path));
}

function loadAndPin(request: LoadRequest): ObservedProgram {
  using object = new ObjectFile(request.object, request.image.bytes);
  usePinnedMaps(object, request.maps);
  object.choose(request.program);
  object.setTarget(request.program, request.target);
  object.load();
  pinLoaded(object, request);
  return readBack(request);
}

/** libbpf (`bpf_object__create_maps`) opens the map at its pin path, or makes it and pins it there. */
function usePinnedMaps(object: ObjectFile, maps: LoadRequest['maps']): void {
  const files = new Map(object.maps().map((map) => [map.name, map]));
  for (const { name, pin: path } of maps) {
    const file = files.get(name);
    if (file !== undefined) checkFits(file, path);
    object.setMapPin(name, path);
  }
}

/** Says more than libbpf's "parameter mismatch"; libbpf still compares flags and entries itself. */
function checkFits(file: FileMap, path: PinPath): void {
  if (!exists(path)) return;
  using fd = openPin(path);
  const pinned = readMapInfo(fd);
  const fits = (['type', 'keySize', 'valueSize', 'maxEntries'] as const).every(
    (key) => pinned[key] === file[key],
  );
  const isSizedLater = file.maxEntries === 0; // libbpf fills these in from the number of processors
  if (fits || (isSizedLater && pinned.type === file.type)) return;
  throw new FailedError(`map "${file.name}" does not fit the one pinned at "${path}"`, {
    hint: `the object has ${describe(file)}, the pinned map is ${describe(pinned)}; unpin it, or rename the map`,
  });
}

function describe(map: Pick<FileMap, 'type' | 'keySize' | 'valueSize' | 'maxEntries'>): string {
  return `${mapTypeName(map.type)} (key ${map.keySize} B, value ${map.valueSize} B, ${map.maxEntries} entries)`;
}

/** The program comes last: one that is pinned has all that belongs to it, whenever we are killed. */
function pinLoaded(object: ObjectFile, { program, programPin, note }: LoadRequest): void {
  const fd = new Fd(object.programFd(program)); // the object closes it
  if (!exists(note.pin)) writeNote(note.pin, note.text);
  pin(fd, programPin);
}

/** The pin is opened again: what counts is what the kernel has, not what was asked for. */
function readBack({ programPin, targetBtfId, target }: LoadRequest): ObservedProgram {
  using fd = openPin(programPin);
  const program = readProgramInfo(fd);
  if (program === undefined)
    throw new FailedError(`"${programPin}" is not the tracing program just loaded`);
  const { attachBtfId } = program;
  if (attachBtfId === undefined || attachBtfId === targetBtfId) return program;
  throw new FailedError(
    `the kernel loaded it for BTF id ${attachBtfId}, not for "${target}" (${targetBtfId})`,
  );
}
