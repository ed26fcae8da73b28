import type { KernelFunction, MapName, ObjectName, PinPath, ProgramName } from '../state/ids.ts';
import type { MapShape } from '../state/map-shape.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { AttachType } from '../state/object-info.ts';
import type { TargetHome } from '../state/target-home.ts';
import type {
  KnownProgram,
  ObservedDispatchSlot,
  ObservedLink,
  ObservedProgram,
} from '../state/observed.ts';

/**
 * The one door to the kernel. `bpf/` implements it on libbpf; `test/memory-kernel` implements it in memory,
 * and both pass the same contract suite. Calls talk to each other only through pins. Every call throws an
 * `AppError` when the kernel refuses, and has then changed nothing, or says
 * in its `leftBehind` why it could not take back what it had done.
 */
export interface Kernel {
  /** Everything below a directory of bpffs, without the directory itself, parents before children, each pin opened once; empty when there is none. */
  read(directory: PinPath): readonly TreeEntry[];

  /** The same as names alone: no pin is opened. */
  list(directory: PinPath): readonly ListedEntry[];

  /** What is at one path of bpffs; `undefined` if nothing is. An `UnsupportedError` for a path elsewhere. */
  look(path: PinPath): TreeEntry | undefined;

  /**
   * The mount point of a BPF file system that a directory would be in, if no other were mounted over it: what is pinned there is
   * out of sight, and runs on. `undefined` if there is none.
   */
  hidden(directory: PinPath): string | undefined;

  /** An object that programs are to be loaded from; the first load opens it. Closed, it holds nothing in the kernel any more. */
  loader(request: LoaderRequest): Loader;

  /** Attaches a pinned program and pins the link, which the kernel shows before; says its id. */
  attach(request: AttachRequest): number;

  /**
   * Attaches by exchange: makes a slot with a pinned program in it, attaches a dispatcher that runs what is in the slot,
   * and pins both, the slot first. Neither pin may be there. The kernel shows both before; says the id of the
   * dispatcher's link.
   */
  dispatch(request: DispatchRequest): number;

  /**
   * Puts a pinned program into a slot, or takes the one out that is in it. Throws if the slot holds another than
   * expected. Every call of the target runs either the old or the new one, once. Read back before it returns.
   */
  exchange(request: ExchangeRequest): Exchanged;

  /** Removes a pinned link and lets it go at once: it is proven to be detached when this returns. `restore` attaches its program again, by another link. */
  detach(request: DetachRequest): Taken;

  /** How often a program ran; `undefined` for one that is gone, or without CAP_SYS_ADMIN, which opening it by id takes. */
  runsOf(programId: number): Runs | undefined;

  /** Ids of the maps that a program uses; `undefined` as of `runsOf`. */
  mapsOf(programId: number): readonly number[] | undefined;

  /** Writes a note where nothing is; missing directories are made. The text is a symlink's target: at most 4,095 bytes. */
  note(path: PinPath, text: string): void;

  /** Removes a pin or a note from bpffs but keeps what it stood for alive until `release`. */
  take(path: PinPath): Taken;

  /** Removes a directory if it is there and empty; says whether it is gone now. */
  removeDirectory(path: PinPath): boolean;

  /**
   * The writer lock on a directory, which is made if missing. Waits up to `timeoutMs` milliseconds, then throws a
   * `LockedError`; throws the signal's reason when that is aborted first.
   */
  lock(directory: PinPath, timeoutMs: number, signal?: AbortSignal): Promise<Lock>;
}

/** The writer lock, until it is disposed of. */
export interface Lock extends Disposable {
  /** Throws a `FailedError` if another directory, or none, is where the locked one was: a lock on that one is not ours. */
  requireHeld(): void;
}

export type TreeEntry = { readonly path: PinPath } & TreeItem;

export type TreeItem =
  | { readonly kind: 'directory' }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'program'; readonly program: ObservedProgram }
  | { readonly kind: 'link'; readonly link: ObservedLink }
  /** `slot`: of a map with room for one program (BPF_MAP_TYPE_PROG_ARRAY), what is in it. */
  | {
      readonly kind: 'map';
      readonly id: number;
      readonly shape: MapShape;
      readonly slot?: ObservedDispatchSlot;
    }
  | { readonly kind: 'other'; readonly what: string };

export interface ListedEntry {
  readonly path: PinPath;
  readonly kind: 'directory' | 'symlink' | 'pin';
}

export interface LoaderRequest {
  /** The manifest's name for the object: libbpf names internal maps after it. */
  readonly object: ObjectName;
  readonly image: ObjectImage;
  /** All that will be loaded: an object is relocated once, for these. */
  readonly programs: readonly ProgramName[];
  readonly maps: readonly { readonly name: MapName; readonly pin: PinPath }[];
  readonly note: { readonly pin: PinPath; readonly text: string };
}

export interface Loader extends Disposable {
  /**
   * Loads one of its programs for one target and pins it; the first time also its maps, and a note of its source.
   * A map whose pin exists is used, not made anew; a map whose pin exists and does not fit is an error.
   * Missing directories are made. The program's pin comes last, and the kernel shows the program before.
   */
  load(request: LoadRequest): Loaded;
}

export interface LoadRequest {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly targetBtfId: number;
  /** Where the target is; `undefined`: in the kernel itself. */
  readonly home: TargetHome | undefined;
  readonly programPin: PinPath;
}

export interface Loaded {
  readonly programId: number;
  /** Pins and notes that were not there before, in the order they were made. */
  readonly created: readonly PinPath[];
}

export interface AttachRequest {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly programPin: PinPath;
  readonly linkPin: PinPath;
  readonly attachType: AttachType;
}

/** As `ObservedProgram` has them. */
export type Runs = Pick<ObservedProgram, 'runCount' | 'runTimeNs' | 'recursionMisses'>;

export interface DispatchRequest {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly attachType: AttachType;
  readonly programPin: PinPath;
  readonly slotPin: PinPath;
  readonly linkPin: PinPath;
  /** `paused`: the slot stays empty. */
  readonly state: 'attached' | 'paused';
}

export interface ExchangeRequest {
  readonly slotPin: PinPath;
  /** What must be in the slot now; `undefined`: nothing. */
  readonly from: KnownProgram | undefined;
  /** What is to be in it; `undefined`: nothing. */
  readonly to: { readonly program: ProgramName; readonly programPin: PinPath } | undefined;
}

/** A slot whose program was exchanged; the one that was in it is kept. One of the two must be called, once. */
export interface Exchanged {
  /** What is in the slot now. */
  readonly programId: number | undefined;
  /** Puts the program back that was in it, or empties it. */
  restore(): void;
  /** Lets go of the program that was in it. */
  release(): void;
}

export interface DetachRequest {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly linkPin: PinPath;
  readonly from: KnownProgram;
}

/** What was behind a pin that was taken away. One of the two must be called, once. */
export interface Taken {
  /** Pins it again at its path: the same program, link or map, never interrupted. */
  restore(): void;
  /** Lets go. A link is then detached, and this proves it: throws if somebody else still holds it. */
  release(): void;
}
