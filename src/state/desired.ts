import type { AttachType } from './object-info.ts';
import type { Expansion } from './expansion.ts';
import type {
  KernelFunction,
  ManifestName,
  MapName,
  ObjectDigest,
  ObjectName,
  PinPath,
  ProgramName,
} from './ids.ts';
import type { TargetHome } from './target-home.ts';
import type { MapShape } from './map-shape.ts';

/** What a manifest asks for, after its object files and the kernel's functions were looked up. */
export interface DesiredState {
  readonly name: ManifestName;
  readonly objects: readonly DesiredObject[];
  /** What became of targets that the manifest leaves open; the programs of the objects are the outcome. */
  readonly expansions: readonly Expansion[];
  /** How much one run may detach; `undefined`: what the guard allows by itself. */
  readonly maxDetach: DetachLimit | undefined;
}

/** A share of what is attached, from 0 to 100, or a number of attachments. */
export type DetachLimit = { readonly percent: number } | { readonly count: number };

export interface DesiredObject {
  readonly name: ObjectName;
  /** Absolute path of the object file: a note for people, not part of the identity. */
  readonly file: string;
  readonly digest: ObjectDigest;
  readonly maps: readonly DesiredMap[];
  readonly programs: readonly DesiredProgram[];
}

export interface DesiredMap {
  readonly name: MapName;
  /** Internal maps belong to one instance; the others outlive it. */
  readonly internal: boolean;
  /** As the kernel will report it. */
  readonly shape: MapShape;
  /** Where it is pinned for others too, in place of in our directory. */
  readonly sharedAt: PinPath | undefined;
  /** Whether one that is pinned in another shape may go, with what is in it. */
  readonly recreate: boolean;
}

/** One program on one target: the unit that is loaded and attached. */
export interface DesiredProgram {
  readonly program: ProgramName;
  readonly target: KernelFunction;
  /** BTF id of the target, in the kernel's BTF or that of the target's module. */
  readonly targetBtfId: number;
  /** `undefined`: the kernel itself. */
  readonly home: TargetHome | undefined;
  readonly attachType: AttachType;
  /** `paused`: attached by exchange, and its slot is empty. */
  readonly state: 'attached' | 'paused' | 'loaded';
  readonly replace: Replace;
  /** Once it is attached, only `--force` detaches it, whatever a later manifest says. */
  readonly protect: boolean;
}

/**
 * How a new version takes the place of the old one. `exchange`: in one step, in the slot of a dispatcher that stays.
 * `overlap`: it is attached, then the old one is detached; in between both see each call. `gap`: the other way round,
 * so that no call is seen by both, and some by none.
 */
export type Replace = 'exchange' | 'overlap' | 'gap';

/** The pins that a manifest shares with others, each once. */
export function sharedPinsOf({ objects }: DesiredState): readonly PinPath[] {
  const pins = objects.flatMap(({ maps }) => maps.flatMap(({ sharedAt }) => sharedAt ?? []));
  return [...new Set(pins)].toSorted();
}
