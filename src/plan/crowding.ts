import type { DesiredState } from '../state/desired.ts';
import type { CatalogFunction } from '../state/function-catalog.ts';
import type { KernelFunction } from '../state/ids.ts';
import type { ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import type { Operation } from './operation.ts';
import { compare } from './order.ts';
import { isDispatcher, isSame } from './situation.ts';

/** A function that does not take all the links that a plan makes: the kernel refuses the last of them with E2BIG. */
export interface Crowded {
  readonly target: KernelFunction;
  /** How many it takes at once, whoever made them. */
  readonly limit: number;
  /** How many there are before the plan. */
  readonly links: number;
  /** How many there would be at once. */
  readonly needed: number;
  /** Of these, links that the plan detaches, but only after the new ones are attached. */
  readonly replaced: number;
  /** Of those again, what `replace: gap` would detach before. */
  readonly gaps: number;
}

/** The functions that operations attach programs to, each once. Those of BPF programs are others' business. */
export function attachTargets(
  operations: readonly Operation[],
  { objects }: DesiredState,
): readonly CatalogFunction[] {
  const names = new Set(operations.flatMap((one) => (one.kind === 'attach' ? one.target : [])));
  const wanted = objects.flatMap(({ programs }) =>
    programs.filter(({ target, home }) => names.has(target) && home?.kind !== 'program'),
  );
  const found = new Map(wanted.map(({ target, targetBtfId }) => [target, targetBtfId]));
  return [...found]
    .map(([name, btfId]) => ({ name, btfId }))
    .toSorted((a, b) => compare(a.name, b.name));
}

/** How many links our own pins hold on a function: all that is known where the kernel does not show the others. */
export function ownLinks({ instances, attachments }: ObservedState, name: KernelFunction): number {
  const slots = [...instances.flatMap(({ slots: some }) => some), ...attachments];
  return slots.filter(({ target, link }) => target === name && link !== undefined).length;
}

/** What functions take, and have. */
interface Room {
  readonly links: ReadonlyMap<KernelFunction, number>;
  readonly limit: number;
  readonly layout: PinLayout;
}

/** What does not fit, given how many links there are: what is detached stays until all is attached, but for a gap. */
export function crowdedBy(
  operations: readonly Operation[],
  { links, limit, layout }: Room,
): readonly Crowded[] {
  const byTarget = groupedByTarget(operations);
  return [...links].flatMap(([target, count]): Crowded[] => {
    const own = byTarget.get(target) ?? [];
    const attached = own.filter((operation) => operation.kind === 'attach');
    const detached = own.filter((operation) => operation.kind === 'detach');
    const staying = detached.filter(({ gap }) => !gap);
    const needed = count - (detached.length - staying.length) + attached.length;
    if (attached.length === 0 || needed <= limit) return [];
    const gaps = staying.filter(
      (old) =>
        !isDispatcher(layout, old) &&
        attached.some((next) => next.object === old.object && isSame(next, old)),
    );
    return [
      {
        target,
        limit,
        links: count,
        needed,
        replaced: staying.length,
        gaps: gaps.length,
      },
    ];
  });
}

function groupedByTarget(
  operations: readonly Operation[],
): ReadonlyMap<Operation['target'], readonly Operation[]> {
  const groups = new Map<Operation['target'], Operation[]>();
  for (const operation of operations) {
    const group = groups.get(operation.target);
    if (group === undefined) groups.set(operation.target, [operation]);
    else group.push(operation);
  }
  return groups;
}
