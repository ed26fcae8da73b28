import type { Obstacle } from './function-catalog.ts';
import { functionTest } from './glob.ts';
import type { KernelFunction, ObjectName, ProgramName } from './ids.ts';

/** What a program's targets come to in this kernel, where its manifest leaves that open. */
export interface Expansion {
  readonly object: ObjectName;
  readonly program: ProgramName;
  /** What it watches, sorted. */
  readonly targets: readonly KernelFunction[];
  /** Each pattern as written, with how many functions it gives. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  /** How many functions of the patterns were excluded by `!`. */
  readonly excluded: number;
  /** Exclusions as written that leave nothing out: perhaps another name was meant. */
  readonly idle: readonly string[];
  /** Functions of the patterns that nothing can, or should, be attached to. */
  readonly leftOut: readonly LeftOut[];
  readonly absent: readonly AbsentTarget[];
  /** Functions of BPF programs that are named by a tag which others have too: the one that was loaded last is watched. */
  readonly sameTag: readonly { readonly target: string; readonly older: readonly number[] }[];
}

export interface LeftOut {
  readonly target: KernelFunction;
  /** `signature`: it has another prototype than the manifest demands. */
  readonly code: Obstacle['code'] | 'signature';
}

/** A target that is missing, and may be. */
export interface AbsentTarget {
  /** As written: a function, or a pattern. */
  readonly target: string;
  /** `waiting`: it is attached by `watch` once its module is there. */
  readonly state: 'skipped' | 'waiting';
  readonly why: Absence;
}

export type Absence =
  /** Of the kernel itself, or of a module that is loaded; of a pattern: it matches none. */
  | { readonly code: 'no-such-function' }
  /** None with BTF is loaded. */
  | { readonly code: 'no-such-module'; readonly module: string }
  /** The BPF program that it is to be in. */
  | { readonly code: 'no-such-program'; readonly program: string }
  /** The kernel has it, but no BTF of it. */
  | { readonly code: 'no-btf'; readonly text: string }
  /** The kernel has no symbol of that very name, but BTF has it, or the compiler made others of it. */
  | { readonly code: 'no-symbol'; readonly text: string }
  /** Of a pattern: nothing can, or should, be attached to any function that matches. */
  | { readonly code: 'none-attachable'; readonly matching: number };

interface Attached {
  readonly object: ObjectName;
  readonly program: ProgramName;
  readonly target: KernelFunction;
}

/** Whether the manifest still names what something is attached to, and does without it now: its module, or program, is gone. */
export function isMissing(expansions: readonly Expansion[], attached: Attached): boolean {
  return absencesOf(expansions, attached).length > 0;
}

/**
 * Whether it is attached to a function that never runs: of a module that was unloaded by force, or before its program was
 * attached. A BPF program that is watched lives on in the link, and may still run.
 */
export function isGone(expansions: readonly Expansion[], attached: Attached): boolean {
  return /^\w+:/.test(attached.target) && isMissing(expansions, attached);
}

/** The kernel's own functions do not change while it runs. */
function absencesOf(
  expansions: readonly Expansion[],
  { object, program, target }: Attached,
): readonly Absence[] {
  if (!target.includes(':')) return [];
  return expansions
    .filter((expansion) => expansion.object === object && expansion.program === program)
    .flatMap(({ absent }) => absent.filter((one) => isOf(one, target)).map(({ why }) => why));
}

function isOf({ target, why }: AbsentTarget, attached: KernelFunction): boolean {
  if (['no-btf', 'no-symbol', 'none-attachable'].includes(why.code)) return false;
  return target === attached || functionTest(target)(attached);
}
