import type {
  AttachRequest,
  DetachRequest,
  DispatchRequest,
  Exchanged,
  ExchangeRequest,
  Kernel,
  ListedEntry,
  Loader,
  LoaderRequest,
  Lock,
  Runs,
  Taken,
  TreeEntry,
} from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { listedAt, listTree, removeDirectory, requireBpffs, writeNote } from '../bpffs.ts';
import { attachProgram, detachLink } from './attach-program.ts';
import { dispatchProgram, exchangeProgram } from './dispatch-program.ts';
import { hiddenBpffs } from '../hidden-bpffs.ts';
import { ObjectLoader } from './object-loader.ts';
import { makeParent, parentOf } from './parent.ts';
import { readEntry } from './read-entry.ts';
import { mapsOf, runsOf } from './by-program-id.ts';
import { takePin } from './take-pin.ts';
import { lockDirectory } from './writer-lock.ts';

/** The running kernel, through libbpf and the BPF file system. */
export class LibbpfKernel implements Kernel {
  /** A program keeps the maps that it was loaded with, and no other one gets its id (`bpf_prog_alloc_id` in kernel/bpf/syscall.c counts up). */
  readonly #mapsOf = new Map<number, readonly number[]>();

  read(directory: PinPath): readonly TreeEntry[] {
    requireBpffs(directory);
    return listTree(directory).flatMap((listed) => readEntry(listed) ?? []);
  }

  list(directory: PinPath): readonly ListedEntry[] {
    requireBpffs(directory);
    return listTree(directory);
  }

  look(path: PinPath): TreeEntry | undefined {
    requireBpffs(parentOf(path));
    const listed = listedAt(path);
    return listed === undefined ? undefined : readEntry(listed);
  }

  hidden(directory: PinPath): string | undefined {
    return hiddenBpffs(directory);
  }

  loader(request: LoaderRequest): Loader {
    return new ObjectLoader(request);
  }

  attach(request: AttachRequest): number {
    makeParent(request.linkPin);
    return attachProgram(request);
  }

  dispatch(request: DispatchRequest): number {
    makeParent(request.slotPin);
    makeParent(request.linkPin);
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
    const maps = this.#mapsOf.get(programId) ?? mapsOf(programId);
    if (maps !== undefined) this.#mapsOf.set(programId, maps);
    return maps;
  }

  note(path: PinPath, text: string): void {
    makeParent(path);
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
