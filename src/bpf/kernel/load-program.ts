import type { Loaded, LoadRequest } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import type { ObservedProgram } from '../../state/observed.ts';
import { exists, writeNote } from '../bpffs.ts';
import type { Btf } from '../btf/btf.ts';
import type { EbpfOptions } from '../ebpf.ts';
import { Ebpf } from '../ebpf.ts';
import { unpinAt } from '../pins/pin-path.ts';
import { readPinned } from '../pins/pinned.ts';
import { observedProgram } from './observed.ts';

/** Loads one program for one target and pins all that belongs to it, or leaves nothing. */
export function loadProgram(request: LoadRequest, btf: Btf): Loaded {
  const missing = missingPins(request);
  try {
    return { program: loadAndPin(request, btf), created: missing };
  } catch (error) {
    for (const path of missing.filter(exists)) unpinAt(path);
    throw error;
  }
}

/** What the load will have made, in order. */
function missingPins({ maps, programPin, note }: LoadRequest): readonly PinPath[] {
  return [...maps.map((map) => map.pin), note.pin, programPin].filter((path) => !exists(path));
}

/** The program's pin comes last: one that is pinned has all that belongs to it, whenever we are killed. */
function loadAndPin(request: LoadRequest, btf: Btf): ObservedProgram {
  const { image, object, maps, note, programPin } = request;
  using ebpf = Ebpf.load(image.bytes, {
    name: object,
    globals: image.settings?.globals as EbpfOptions['globals'], // what is no value was refused with the manifest
    maxEntries: image.settings?.maxEntries,
    pinnedMaps: Object.fromEntries(maps.map(({ name, pin }) => [name, pin])),
    programs: [request.program],
  });
  const program = ebpf.program(request.program).asTracing();
  program.load(request.target, btf);
  if (!exists(note.pin)) writeNote(note.pin, note.text);
  program.pin(programPin);
  return readBack(request);
}

/** The pin is opened again: what counts is what the kernel has, not what was asked for. */
function readBack({ programPin, targetBtfId, target }: LoadRequest): ObservedProgram {
  const pinned = readPinned(programPin);
  if (pinned.kind !== 'program') {
    throw new FailedError(`"${programPin}" is not the program just loaded`);
  }
  const program = observedProgram(pinned.info);
  const { attachBtfId } = program;
  if (attachBtfId === undefined || attachBtfId === targetBtfId) return program;
  throw new FailedError(
    `the kernel loaded it for BTF id ${attachBtfId}, not for "${target}" (${targetBtfId})`,
  );
}
