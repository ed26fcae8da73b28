import type {
  AttachRequest,
  DetachRequest,
  Dispatched,
  DispatchRequest,
  Exchanged,
  ExchangeRequest,
  Kernel,
  Loaded,
  LoadRequest,
  Lock,
  Runs,
  Taken,
  TreeEntry,
} from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import type { ObservedLink } from '../../state/observed.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import {
  listedAt,
  listTree,
  makeDirectory,
  removeDirectory,
  requireBpffs,
  writeNote,
} from '../bpffs.ts';
import { attachProgram, detachLink } from './attach-program.ts';
import { dispatchProgram, exchangeProgram } from './dispatch-program.ts';
import { loadProgram } from './load-program.ts';
import { readEntry } from './read-entry.ts';
import { mapsOf, runsOf } from './by-program-id.ts';
import { takePin } from './take-pin.ts';
import { lockDirectory } from './writer-lock.ts';

/** The running kernel, through libbpf and the BPF file system. */
export class LibbpfKernel implements Kernel {
  read(directory: PinPath): readonly TreeEntry[] {
    requireBpffs(directory);
    return listTree(directory).flatMap((listed) => readEntry(listed) ?? []);
  }

  look(path: PinPath): TreeEntry | undefined {
    requireBpffs(parentOf(path));
    const listed = listedAt(path);
    return listed === undefined ? undefined : readEntry(listed);
  }

  load(request: LoadRequest): Loaded {
    const pins = [request.programPin, request.note.pin, ...request.maps.map((map) => map.pin)];
    for (const pin of pins) makeDirectory(parentOf(pin));
    return loadProgram(request, kernelBtf());
  }

  attach(request: AttachRequest): ObservedLink {
    makeDirectory(parentOf(request.linkPin));
    return attachProgram(request);
  }

  dispatch(request: DispatchRequest): Dispatched {
    makeDirectory(parentOf(request.slotPin));
    makeDirectory(parentOf(request.linkPin));
    return dispatchProgram(request, kernelBtf());
  }

  exchange(request: ExchangeRequest): Exchanged {
    return exchangeProgram(request);
  }

  detach(request: DetachRequest): Taken {
    return detachLink(request);
  }

  runsOf(programId: number): Runs | undefined {
    return runsOf(programId);
  }

  mapsOf(programId: number): readonly number[] | undefined {
    return mapsOf(programId);
  }

  note(path: PinPath, text: string): void {
    makeDirectory(parentOf(path));
    writeNote(path, text);
  }

  take(path: PinPath): Taken {
    return takePin(path);
  }

  removeDirectory(path: PinPath): boolean {
    return removeDirectory(path);
  }

  lock(directory: PinPath, timeoutMs: number, signal?: AbortSignal): Promise<Lock> {
    return lockDirectory(directory, timeoutMs, signal);
  }
}

function parentOf(path: PinPath): PinPath {
  return path.slice(0, path.lastIndexOf('/')) as PinPath; // a parent of an absolute path below the root is one too
}
