import type {
  KernelFunction,
  MapName,
  ObjectDigest,
  ObjectName,
  PinPath,
  ProgramName,
} from '../state/ids.ts';
import type { MapShape } from '../state/map-shape.ts';
import type { AttachType } from '../state/object-info.ts';

/** One change of the kernel. Plain data: what to do, to which pin, and why. */
export type Operation =
  | LoadOperation
  | AttachOperation
  | ProtectOperation
  | DetachOperation
  | UnpinOperation;

interface Change {
  readonly object: ObjectName;
  /** The pin that is made or removed. */
  readonly pin: PinPath;
  readonly reason: Reason;
}

/** Loads a program for its target, pins it, and pins those of its object's maps that are not pinned yet. */
export interface LoadOperation extends Change {
  readonly kind: 'load';
  readonly digest: ObjectDigest;
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly targetBtfId: number;
  readonly maps: readonly { readonly name: MapName; readonly pin: PinPath }[];
  readonly note: { readonly pin: PinPath; readonly text: string };
}

/** Attaches a pinned program to the target it was loaded for and pins the link. */
export interface AttachOperation extends Change {
  readonly kind: 'attach';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly attachType: AttachType;
  readonly programPin: PinPath;
}

/** Marks a program on a target as one that only `--force` detaches: a note beside its pins. */
export interface ProtectOperation extends Change {
  readonly kind: 'protect';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly text: string;
}

/** Removes a pinned link: the program no longer runs on its target. */
export interface DetachOperation extends Change {
  readonly kind: 'detach';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly linkId: number;
}

/** Removes a pin that keeps nothing running: a program, a map, the note of an object's source, or a program's protection. */
export interface UnpinOperation extends Change {
  readonly kind: 'unpin';
  readonly what: 'program' | 'map' | 'note' | 'protection';
  readonly program: ProgramName | undefined;
  readonly target: KernelFunction | undefined;
}

/** Why an operation is needed. */
export type Reason =
  | { readonly code: 'added' }
  | { readonly code: 'object-changed'; readonly from: ObjectDigest; readonly to: ObjectDigest }
  | { readonly code: 'not-attached' }
  | { readonly code: 'program-missing' }
  | { readonly code: 'map-missing'; readonly map: MapName }
  | {
      readonly code: 'map-recreated';
      readonly map: MapName;
      readonly from: MapShape;
      readonly to: MapShape;
    }
  | { readonly code: 'map-differs'; readonly mapId: number }
  | { readonly code: 'link-differs'; readonly linkProgramId: number; readonly programId: number }
  | { readonly code: 'state-loaded' }
  | { readonly code: 'protect-set' }
  | { readonly code: 'protect-unset' }
  | { readonly code: 'removed' }
  | { readonly code: 'object-removed' }
  | { readonly code: 'map-removed' }
  | { readonly code: 'map-shared'; readonly at: PinPath }
  | { readonly code: 'destroyed' };

/** How a change reads: something new, something that takes another's place, something that goes. */
export type Sign = '+' | '~' | '-';

export function signOf(operation: Operation): Sign {
  if (isRepair(operation.reason)) return '~';
  return operation.kind === 'detach' || operation.kind === 'unpin' ? '-' : '+';
}

function isRepair(reason: Reason): boolean {
  const repairs: readonly Reason['code'][] = [
    'object-changed',
    'program-missing',
    'map-missing',
    'map-recreated',
    'map-differs',
    'link-differs',
  ];
  return repairs.includes(reason.code);
}
