import { setTimeout } from 'node:timers/promises';
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
  TreeItem,
} from '../../src/apply/kernel.ts';
import { FailedError, LockedError } from '../../src/base/errors.ts';
import type { PinPath } from '../../src/state/ids.ts';
import { attach, detach, dispatch, exchange } from './attach.ts';
import type { Entry } from './bpf-filesystem.ts';
import { entryAt, listBelow, parentOf, put, thingAt } from './bpf-filesystem.ts';
import { MemoryLoader } from './load.ts';
import { Machine } from './machine.ts';
import type { MemoryObjects } from './memory-object.ts';
import { hold, linkInfo, programInfo, runBy, slotInfo, slotShape } from './things.ts';

/**
 * A kernel in memory: no more rules than `test/contract` proves on a real one. Its `machine` knows what was attached
 * after each small step, and goes wrong at whichever step it is told to.
 */
export class MemoryKernel implements Kernel {
  readonly machine: Machine;
  /** Where somebody mounted a BPF file system over another. */
  hiddenAt: string | undefined;
  readonly #objects: MemoryObjects;

  constructor(objects: MemoryObjects, machine = new Machine()) {
    this.#objects = objects;
    this.machine = machine;
  }

  /** What the next process finds when this one is killed now. */
  afterDeath(): MemoryKernel {
    return new MemoryKernel(this.#objects, this.machine.afterDeath());
  }

  /** Somebody calls a kernel function: what is attached to it runs. */
  call(target: string): void {
    for (const link of this.machine.state.links) {
      if (link.references === 0 || link.program.of.target !== target) continue;
      link.program.runCount += 1n; // what runs by a tail call is not counted (kernel/bpf/trampoline.c)
      for (const map of runBy(link)?.maps ?? []) map.hits += 1;
    }
  }

  /** For what somebody else does: another pin of the same thing, as link(2) makes in bpffs. */
  copyPin(from: PinPath, to: PinPath): void {
    const thing = thingAt(this.machine.state.tree, from);
    put(this.machine.state.tree, to, { kind: 'pin', thing: hold(thing) });
  }

  read(directory: PinPath): readonly TreeEntry[] {
    this.machine.faults.requireAlive();
    const { tree } = this.machine.state;
    return listBelow(tree, directory).map((path) => ({ path, ...itemOf(entryAt(tree, path)) }));
  }

  list(directory: PinPath): readonly ListedEntry[] {
    this.machine.faults.requireAlive();
    const { tree } = this.machine.state;
    return listBelow(tree, directory).map((path) => ({
      path,
      kind: listedAs(entryAt(tree, path)),
    }));
  }

  hidden(): string | undefined {
    return this.hiddenAt;
  }

  look(path: PinPath): TreeEntry | undefined {
    this.machine.faults.requireAlive();
    const entry = this.machine.state.tree.get(path);
    return entry === undefined ? undefined : { path, ...itemOf(entry) };
  }

  loader(request: LoaderRequest): Loader {
    const object = this.#objects.get(request.image.digest);
    if (object === undefined) throw new Error(`no object has the digest ${request.image.digest}`);
    return new MemoryLoader(this.machine, object, request);
  }

  attach(request: AttachRequest): number {
    return attach(this.machine, request);
  }

  dispatch(request: DispatchRequest): number {
    return dispatch(this.machine, request);
  }

  exchange(request: ExchangeRequest): Exchanged {
    return exchange(this.machine, request);
  }

  detach(request: DetachRequest): Taken {
    return detach(this.machine, request);
  }

  runsOf(programId: number): Runs | undefined {
    const link = [...this.machine.state.links].find(
      ({ program, references }) => references > 0 && program.id === programId,
    );
    if (link === undefined) return undefined;
    return { runCount: link.program.runCount, runTimeNs: 0n, recursionMisses: 0n };
  }

  mapsOf(programId: number): readonly number[] | undefined {
    const link = [...this.machine.state.links].find(({ program }) => program.id === programId);
    const { slot, maps = [] } = link?.program ?? {};
    if (link === undefined || link.references === 0) return undefined;
    return [...(slot === undefined ? [] : [slot]), ...maps].map(({ id }) => id);
  }

  note(path: PinPath, text: string): void {
    this.machine.makeDirectories(parentOf(path));
    this.machine.writeNote(path, text);
  }

  take(path: PinPath): Taken {
    const { tree, held } = this.machine.state;
    const entry = entryAt(tree, path);
    if (entry.kind === 'directory') throw new FailedError(`"${path}" is a directory`);
    this.machine.step(`remove "${path}"`, () => {
      tree.delete(path);
      if (entry.kind === 'pin') held.push(entry.thing);
    });
    return {
      restore: () => this.machine.step(`restore "${path}"`, () => this.#restore(path, entry)),
      release: () => this.machine.step(`close "${path}"`, () => this.#release(path, entry), false),
    };
  }

  removeDirectory(path: PinPath): boolean {
    const { tree } = this.machine.state;
    if (!tree.has(path)) return true;
    if (listBelow(tree, path).length > 0) return false;
    this.machine.step(`remove directory "${path}"`, () => tree.delete(path), false);
    return true;
  }

  async lock(directory: PinPath, timeoutMs: number, signal?: AbortSignal): Promise<Lock> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      signal?.throwIfAborted();
      this.machine.makeDirectories(directory);
      const entry = entryAt(this.machine.state.tree, directory);
      if (entry.kind === 'directory' && !entry.locked) {
        entry.locked = true;
        return {
          requireHeld: () => {
            if (this.machine.state.tree.get(directory) === entry) return;
            throw new FailedError(`"${directory}" was removed, and the lock on it with it`);
          },
          [Symbol.dispose]: () => void (entry.locked = false),
        };
      }
      if (performance.now() >= deadline) {
        throw new LockedError(`process ${process.pid} holds the lock on "${directory}"`);
      }
      await setTimeout(1); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
    }
  }

  /** Whatever comes of it, it is held no longer. */
  #restore(path: PinPath, entry: Entry): void {
    try {
      put(this.machine.state.tree, path, entry);
      if (entry.kind === 'pin') hold(entry.thing);
    } finally {
      if (entry.kind === 'pin') this.machine.close(entry.thing);
    }
  }

  #release(path: PinPath, entry: Entry): void {
    if (entry.kind !== 'pin') return;
    this.machine.close(entry.thing);
    if (entry.thing.kind !== 'link' || entry.thing.references === 0) return;
    throw new FailedError(`"${path}" was unpinned but is still attached: somebody else holds it`);
  }
}

function listedAs({ kind }: Entry): ListedEntry['kind'] {
  return kind === 'note' ? 'symlink' : kind;
}

function itemOf(entry: Entry): TreeItem {
  if (entry.kind !== 'pin') return entry.kind === 'note' ? entry : { kind: 'directory' };
  const { thing } = entry;
  switch (thing.kind) {
    case 'map':
      return { kind: 'map', id: thing.id, shape: thing.definition };
    case 'slot':
      return { kind: 'map', id: thing.id, shape: slotShape, slot: slotInfo(thing) };
    case 'link':
      return { kind: 'link', link: linkInfo(thing) };
    case 'program':
      return { kind: 'program', program: programInfo(thing) };
  }
}
