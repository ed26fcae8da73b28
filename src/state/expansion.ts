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
  /** Functions of the patterns that nothing can, or should, be attached to. */
  readonly leftOut: readonly LeftOut[];
  readonly absent: readonly AbsentTarget[];
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
  /** BTF has it, but the kernel has no symbol of that very name. */
  | { readonly code: 'no-symbol'; readonly text: string }
  /** Of a pattern: nothing can, or should, be attached to any function that matches. */
  | { readonly code: 'none-attachable'; readonly matching: number };

/**
 * Whether something is attached to a function that is gone, and so never runs: the manifest's target, which is missing
 * now, was in a module that was unloaded by force, or before its program was attached.
 */
export function isGone(
  expansions: readonly Expansion[],
  attached: {
    readonly object: ObjectName;
    readonly program: ProgramName;
    readonly target: KernelFunction;
  },
): boolean {
  const { object, program, target } = attached;
  if (!target.includes(':')) return false; // the kernel's own do not change while it runs
  return expansions.some(
    (expansion) =>
      expansion.object === object &&
      expansion.program === program &&
      expansion.absent.some((absent) => isOf(absent, target)),
  );
}

function isOf({ target, why }: AbsentTarget, attached: KernelFunction): boolean {
  const isMissing = why.code === 'no-such-module' || why.code === 'no-such-function';
  return isMissing && functionTest(target)(attached);
}
