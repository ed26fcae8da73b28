import type {
  KernelFunction,
  ManifestName,
  MapName,
  ObjectDigest,
  ObjectName,
  PinPath,
  ProgramName,
} from './ids.ts';
import type { MapShape } from './map-shape.ts';
import type { AttachType } from './object-info.ts';

/** What is pinned in bpffs below one manifest's directory, and whether it is live. */
export interface ObservedState {
  readonly name: ManifestName;
  readonly instances: readonly ObservedInstance[];
  readonly maps: readonly ObservedMap[];
  readonly attachments: readonly ObservedAttachment[];
  /** What is at the pins that the manifest shares with others; only where it was asked for. */
  readonly shared: readonly SharedPin[];
  /** Below our directory, but not something we pin there: reported, never touched. */
  readonly foreign: readonly ForeignEntry[];
}

export interface ObservedInstance {
  readonly object: ObjectName;
  readonly digest: ObjectDigest;
  /** Where the object file was when it was loaded. */
  readonly source: string | undefined;
  readonly internalMaps: readonly ObservedInternalMap[];
  readonly slots: readonly ObservedSlot[];
}

/** A map that only one instance uses. */
export interface ObservedInternalMap {
  readonly name: MapName;
  readonly id: number;
}

/** One program on one target, as far as it is there: each part can be missing. */
export interface ObservedSlot {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly loaded: ObservedProgram | undefined;
  readonly link: ObservedLink | undefined;
  /** It has the mark that forbids to detach it. */
  readonly protected: boolean;
}

export interface ObservedProgram {
  readonly id: number;
  readonly tag: string;
  /** Cut at 15 bytes by the kernel. */
  readonly kernelName: string;
  /** `undefined` before Linux 6.0, which does not tell. */
  readonly attachBtfId: number | undefined;
  /** Id of the BTF that it is in; `undefined` before Linux 6.0, when it is a module's that was unloaded, and for one that is attached to a BPF program. */
  readonly attachObjectId: number | undefined;
  /** Ids of the maps that it uses, named and internal. */
  readonly mapIds: readonly number[];
  /** When it was loaded, in nanoseconds since boot. */
  readonly loadedAtBootNs: bigint;
  /** `undefined` where the kernel keeps no count (before 5.1, or `kernel.bpf_stats_enabled` was never set). */
  readonly runCount: bigint | undefined;
  readonly runTimeNs: bigint | undefined;
  /** Runs that were left out because it was running already; `undefined` before Linux 5.12. */
  readonly recursionMisses: bigint | undefined;
}

export interface ObservedLink {
  readonly id: number;
  readonly programId: number;
  /** `undefined` for a way that the tool does not use. */
  readonly attachType: AttachType | undefined;
  /** `undefined` before Linux 5.13, which does not tell. */
  readonly targetBtfId: number | undefined;
  /** Id of the BTF that it is in, or of the BPF program; `undefined` before Linux 5.13. */
  readonly targetObjectId: number | undefined;
}

export interface ObservedMap {
  readonly object: ObjectName;
  readonly name: MapName;
  readonly id: number;
  readonly shape: MapShape;
}

/** Something at a pin that is not ours alone: a map, or what is there instead. */
export type SharedPin = { readonly path: PinPath } & (
  | { readonly id: number; readonly shape: MapShape }
  /** E.g. `a program`. */
  | { readonly what: string }
);

/** A program attached by exchange: a dispatcher on the target, and the slot with the program that it runs. Each can be missing. */
export interface ObservedAttachment {
  readonly object: ObjectName;
  readonly program: ProgramName;
  readonly target: KernelFunction;
  /** The kind that it is pinned as: while that changes, there are two of a program on a target. */
  readonly attachType: AttachType;
  readonly slot: ObservedDispatchSlot | undefined;
  /** The dispatcher's. */
  readonly link: ObservedLink | undefined;
  /** Whether the dispatcher runs what is in this slot, and not in another; `undefined` where the kernel does not tell. */
  readonly usesSlot: boolean | undefined;
}

/** A map with room for one program. */
export interface ObservedDispatchSlot {
  /** The map's. */
  readonly id: number;
  /** Of the program that is in; `undefined` when it is empty. */
  readonly programId: number | undefined;
}

/** A program that runs. */
export interface KnownProgram {
  readonly id: number;
  /** Where it is pinned; without a pin it can only be opened by id, which takes CAP_SYS_ADMIN. */
  readonly pin: PinPath | undefined;
}

export interface ForeignEntry {
  readonly path: PinPath;
  /** What it is, e.g. `a map where a program belongs`. */
  readonly what: string;
}
