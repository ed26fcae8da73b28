import type { DesiredObject, DesiredState } from '../state/desired.ts';
import type { ForeignEntry, ObservedInstance, ObservedState } from '../state/observed.ts';
import type { PinPath } from '../state/ids.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import { diffObject } from './diff-object.ts';
import { lossesOf } from './losses.ts';
import { compare, order } from './order.ts';
import type { Operation, Reason } from './operation.ts';
import type { Conflict, Plan } from './plan.ts';
import { removeAttachment, removeInstance, unpinMap } from './remove.ts';

/**
 * What must change in the kernel for it to match the manifest. Pure: the same states give the same plan,
 * whatever the order of their parts.
 */
export function diff(layout: PinLayout, desired: DesiredState, observed: ObservedState): Plan {
  const { expansions } = desired;
  const parts = desired.objects.map((object) => {
    return diffObject(layout, object, observed, expansions);
  });
  const operations = [
    ...parts.flatMap((part) => part.operations),
    ...leftovers(layout, desired.objects, observed),
  ];
  const conflicts = [
    ...parts.flatMap((part) => part.conflicts),
    ...obstacles(operations, observed.foreign),
  ];
  return {
    name: desired.name,
    operations: order(operations),
    unchanged: parts.reduce((sum, part) => sum + part.unchanged, 0),
    conflicts: byPath(conflicts),
    mapChanges: parts.flatMap((part) => part.mapChanges).toSorted((a, b) => compare(a.pin, b.pin)),
    crowded: [], // what is attached by others is not in our pins
    unseen: [],
    expansions,
    foreign: byPath(
      observed.foreign.filter(({ path }) => !conflicts.some((conflict) => conflict.path === path)),
    ),
    losses: lossesOf(layout, observed, operations, desired),
  };
}

/** The plan that removes all that is pinned for a manifest: that is meant, so only what is protected stands against it. */
export function diffToNothing(layout: PinLayout, observed: ObservedState): Plan {
  const operations = leftovers(layout, [], observed, { code: 'destroyed' });
  return {
    name: observed.name,
    operations: order(operations),
    unchanged: 0,
    conflicts: [],
    mapChanges: [],
    crowded: [],
    unseen: [],
    expansions: [],
    foreign: byPath(observed.foreign),
    losses: lossesOf(layout, observed, operations, { expansions: [], maxDetach: { percent: 100 } }),
  };
}

function byPath<Entry extends ForeignEntry>(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => compare(a.path, b.path));
}

/** What is pinned for objects that the manifest no longer names. */
function leftovers(
  layout: PinLayout,
  objects: readonly DesiredObject[],
  observed: ObservedState,
  reason: Reason = { code: 'object-removed' },
): readonly Operation[] {
  const named = new Set(objects.map((object) => object.name));
  const isLeft = ({ object }: { readonly object: DesiredObject['name'] }): boolean =>
    !named.has(object);
  return [
    ...observed.instances
      .filter(isLeft)
      .flatMap((instance: ObservedInstance) => removeInstance(layout, instance, () => reason)),
    ...observed.attachments
      .filter(isLeft)
      .flatMap((attachment) => removeAttachment(layout, attachment, reason)),
    ...observed.maps.filter(isLeft).map((map) => unpinMap(layout, map, reason)),
  ];
}

/** Foreign things at a path, or above a path, that a load or attach would make. */
function obstacles(
  operations: readonly Operation[],
  foreign: readonly ForeignEntry[],
): readonly Conflict[] {
  const made = operations.flatMap(pathsMade);
  return foreign.filter(({ path }) =>
    made.some((pin) => pin === path || pin.startsWith(`${path}/`)),
  );
}

function pathsMade(operation: Operation): readonly PinPath[] {
  switch (operation.kind) {
    case 'load':
      return [operation.pin, operation.note.pin, ...operation.maps.map((map) => map.pin)];
    case 'attach':
      return [operation.pin, ...(operation.slot === undefined ? [] : [operation.slot.pin])];
    case 'protect':
      return [operation.pin];
    case 'exchange':
    case 'pause':
    case 'detach':
    case 'unpin':
      return [];
  }
}
