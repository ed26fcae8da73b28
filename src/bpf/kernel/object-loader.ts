import type { Loaded, Loader, LoaderRequest, LoadRequest } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import { exists, writeNote } from '../bpffs.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import type { EbpfOptions } from '../ebpf.ts';
import { Ebpf } from '../ebpf.ts';
import { unpinAt } from '../pins/pin-path.ts';
import type { Target } from '../programs/target.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';
import { makeParent } from './parent.ts';
import { takeBack } from './take-back.ts';

/** An object that is opened, relocated and given its maps once, and then loaded from for any number of targets. */
export class ObjectLoader implements Loader {
  readonly #request: LoaderRequest;
  #ebpf: Ebpf | undefined;

  constructor(request: LoaderRequest) {
    this.#request = request;
  }

  /** A load that fails leaves nothing: the first one no maps and no note either. */
  load(request: LoadRequest): Loaded {
    const { maps, note } = this.#request;
    makeParent(request.programPin); // first: that a name cannot be is only told where there is a directory
    const shared = this.#ebpf === undefined ? [...maps.map(({ pin }) => pin), note.pin] : [];
    const missing = [...shared, request.programPin].filter((path) => !exists(path));
    try {
      return { programId: this.#loadAndPin(request, missing), created: missing };
    } catch (error) {
      if (shared.length > 0) this[Symbol.dispose]();
      throw takeBack(
        error,
        missing.map((path) => () => removeIfThere(path)),
      );
    }
  }

  [Symbol.dispose](): void {
    this.#ebpf?.[Symbol.dispose]();
    this.#ebpf = undefined;
  }

  /** The program's pin comes last: one that is pinned has all that belongs to it, whenever we are killed. */
  #loadAndPin(request: LoadRequest, missing: readonly PinPath[]): number {
    const { note } = this.#request;
    this.#ebpf ??= open(this.#request);
    const program = this.#ebpf.program(request.program).asTracing();
    program.load(targetOf(request), kernelBtf());
    try {
      checkTarget(program, request);
      if (missing.includes(note.pin)) writeNote(note.pin, note.text);
      program.pin(request.programPin);
      return program.id;
    } finally {
      program.unload(); // its pin keeps it: however many there are, one fd is open at a time
    }
  }
}

function removeIfThere(path: PinPath): void {
  if (exists(path)) unpinAt(path);
}

function open({ image, object, maps, note, programs }: LoaderRequest): Ebpf {
  for (const { pin } of [...maps, note]) makeParent(pin);
  return Ebpf.load(image.bytes, {
    name: object,
    globals: image.settings?.globals as EbpfOptions['globals'], // what is no value was refused with the manifest
    maxEntries: image.settings?.maxEntries,
    pinnedMaps: Object.fromEntries(maps.map(({ name, pin }) => [name, pin])),
    programs,
  });
}

function targetOf({ target, home }: LoadRequest): Target {
  if (home?.kind !== 'program') return target;
  return { program: home.pin ?? home.id, function: home.function };
}

/** The library checked it against the function of that name; this is the one that the plan saw. */
function checkTarget({ attachBtfId }: TracingProgram, { target, targetBtfId }: LoadRequest): void {
  if (attachBtfId === undefined || attachBtfId === targetBtfId) return; // before 6.0 it does not tell
  throw new FailedError(
    `the kernel loaded it for BTF id ${attachBtfId}, not for "${target}" (${targetBtfId})`,
  );
}
