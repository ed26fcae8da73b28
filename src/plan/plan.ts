import type { Expansion } from '../state/expansion.ts';
import type { UnseenSource } from '../state/function-catalog.ts';
import type { ManifestName, PinPath } from '../state/ids.ts';
import type { ForeignEntry } from '../state/observed.ts';
import type { Crowded } from './crowding.ts';
import type { MapChange } from './diff-maps.ts';
import type { Hidden } from './hidden.ts';
import type { Losses } from './losses.ts';
import type { Operation } from './operation.ts';

/** All that must change for the kernel to match a manifest, in the order in which it is done. */
export interface Plan {
  readonly name: ManifestName;
  readonly operations: readonly Operation[];
  /** How many programs are as they should be, and stay untouched. */
  readonly unchanged: number;
  /** Foreign things where the manifest needs a place of its own: nothing can be done while they are there. */
  readonly conflicts: readonly Conflict[];
  /** Maps that would have to be made anew, and may not: nothing can be done while they are pinned so. */
  readonly mapChanges: readonly MapChange[];
  /** Functions that do not take all the links that this would make: nothing can be done until some are gone. */
  readonly crowded: readonly Crowded[];
  /** Pins out of sight that may hold what this attaches already; `undefined`: none can. */
  readonly hidden?: Hidden | undefined;
  /** What could not be read when it was asked what stands against attaching: the kernel may refuse what the plan does. */
  readonly unseen: readonly UnseenSource[];
  /** What became of targets that the manifest leaves open. */
  readonly expansions: readonly Expansion[];
  /** Foreign things that are in nobody's way. */
  readonly foreign: readonly ForeignEntry[];
  /** What is attached now and will not be any more. */
  readonly losses: Losses;
}

export interface Conflict {
  readonly path: PinPath;
  readonly what: string;
}

/** How many operations of each kind. */
export interface PlanCounts {
  readonly load: number;
  readonly attach: number;
  readonly exchange: number;
  readonly pause: number;
  readonly protect: number;
  readonly detach: number;
  readonly unpin: number;
}

export function countOperations(operations: readonly Operation[]): PlanCounts {
  const count = (kind: Operation['kind']): number =>
    operations.filter((operation) => operation.kind === kind).length;
  return {
    load: count('load'),
    attach: count('attach'),
    exchange: count('exchange'),
    pause: count('pause'),
    protect: count('protect'),
    detach: count('detach'),
    unpin: count('unpin'),
  };
}
