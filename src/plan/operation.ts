import type {
  KernelFunction,
  MapName,
  ObjectDigest,
  ObjectName,
  PinPath,
  ProgramName,
} from '../state/ids.ts';
import type { Replace } from '../state/desired.ts';
import type { MapShape } from '../state/map-shape.ts';
import type { AttachType } from '../state/object-info.ts';
import type { KnownProgram } from '../state/observed.ts';
import type { TargetHome } from '../state/target-home.ts';

/** One change of the kernel. Plain data: what to do, to which pin, and why. */
export type Operation =
  | LoadOperation
  | AttachOperation
  | ExchangeOperation
  | PauseOperation
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
  readonly home: TargetHome | undefined;
  readonly maps: readonly { readonly name: MapName; readonly pin: PinPath }[];
  readonly note: { readonly pin: PinPath; readonly text: string };
}

/** Attaches a pinned program to the target it was loaded for, by itself or by exchange, and pins the link. */
export interface AttachOperation extends Change {
  readonly kind: 'attach';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly attachType: AttachType;
  readonly programPin: PinPath;
  /** By exchange: where the slot is pinned, and whether the program is in it. `undefined`: by itself. */
  readonly slot: { readonly pin: PinPath; readonly state: 'attached' | 'paused' } | undefined;
}

/** Puts a pinned program into its slot, whose pin this is, in place of the one that is in it. */
export interface ExchangeOperation extends Change {
  readonly kind: 'exchange';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly programPin: PinPath;
  /** `undefined`: the slot is empty. */
  readonly from: KnownProgram | undefined;
}

/** Takes a program out of its slot, whose pin this is: it no longer runs, and its dispatcher stays attached. */
export interface PauseOperation extends Change {
  readonly kind: 'pause';
  readonly program: ProgramName;
  readonly target: KernelFunction;
  readonly from: KnownProgram;
  /** What is to run in its place is only attached then. */
  readonly gap: boolean;
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
  /** What it runs. */
  readonly from: KnownProgram;
  /** What is to run in its place is only attached once it is gone: it is not held, but its program is, to be attached again. */
  readonly gap: boolean;
}

/** Removes a pin that keeps nothing running: a program, a map, a slot, the note of an object's source, or a program's protection. */
export interface UnpinOperation extends Change {
  readonly kind: 'unpin';
  readonly what: 'program' | 'map' | 'slot' | 'note' | 'protection';
  readonly program: ProgramName | undefined;
  readonly target: KernelFunction | undefined;
}

/** Why an operation is needed. */
export type Reason =
  | { readonly code: 'added' }
  | { readonly code: 'object-changed'; readonly from: ObjectDigest; readonly to: ObjectDigest }
  | { readonly code: 'not-attached' }
  | { readonly code: 'program-missing' }
  | { readonly code: 'target-replaced' }
  | { readonly code: 'map-missing'; readonly map: MapName }
  | {
      readonly code: 'map-recreated';
      readonly map: MapName;
      readonly from: MapShape;
      readonly to: MapShape;
    }
  | { readonly code: 'map-differs'; readonly mapId: number }
  | { readonly code: 'link-differs'; readonly linkProgramId: number; readonly programId: number }
  | { readonly code: 'replace'; readonly by: Replace }
  | {
      readonly code: 'kind-changed';
      readonly from: AttachType;
      readonly to: AttachType;
      /** Until the old one goes, both see calls. */
      readonly overlap: boolean;
    }
  | { readonly code: 'slot-missing' }
  | { readonly code: 'slot-empty' }
  | { readonly code: 'slot-differs'; readonly slotProgramId: number; readonly programId: number }
  | { readonly code: 'dispatcher-missing' }
  | { readonly code: 'dispatcher-differs' }
  | { readonly code: 'state-loaded' }
  | { readonly code: 'state-paused' }
  | { readonly code: 'protect-set' }
  | { readonly code: 'protect-unset' }
  | { readonly code: 'removed' }
  | { readonly code: 'target-gone' }
  | { readonly code: 'object-removed' }
  | { readonly code: 'map-removed' }
  | { readonly code: 'map-shared'; readonly at: PinPath }
  | { readonly code: 'destroyed' };

/** How a change reads: something new, something that takes another's place, something that goes. */
export type Sign = '+' | '~' | '-';

export function signOf(operation: Operation): Sign {
  if (isRepair(operation.reason)) return '~';
  return ending.includes(operation.kind) ? '-' : '+';
}

const ending: readonly Operation['kind'][] = ['pause', 'detach', 'unpin'];

function isRepair(reason: Reason): boolean {
  const repairs: readonly Reason['code'][] = [
    'object-changed',
    'program-missing',
    'target-replaced',
    'map-missing',
    'map-recreated',
    'map-differs',
    'link-differs',
    'replace',
    'kind-changed',
    'slot-missing',
    'slot-differs',
    'dispatcher-missing',
    'dispatcher-differs',
  ];
  return repairs.includes(reason.code);
}
