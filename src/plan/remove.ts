import type { MapName, ObjectName } from '../state/ids.ts';
import type { ObservedInstance, ObservedSlot } from '../state/observed.ts';
import type { InstanceId, PinLayout } from '../state/pin-layout.ts';
import type { DetachOperation, Operation, Reason, UnpinOperation } from './operation.ts';

/** Detaches and unpins a whole instance: its programs, its internal maps, the note of its source. */
export function removeInstance(
  layout: PinLayout,
  instance: ObservedInstance,
  reasonOf: (slot: ObservedSlot | undefined) => Reason,
): readonly Operation[] {
  const reason = reasonOf(undefined);
  return [
    ...instance.slots.flatMap((slot) => removeWholeSlot(layout, instance, slot, reasonOf(slot))),
    ...instance.internalMaps.map(({ name }) =>
      unpin(instance.object, 'map', layout.internalMap(instance, name), reason),
    ),
    ...(instance.source === undefined
      ? []
      : [unpin(instance.object, 'note', layout.note(instance), reason)]),
  ];
}

/** Detaches and unpins one program from one target, its protection included. */
export function removeWholeSlot(
  layout: PinLayout,
  instance: InstanceId,
  slot: ObservedSlot,
  reason: Reason,
): readonly Operation[] {
  return [
    ...removeSlot(layout, instance, slot, reason),
    ...(slot.protected ? [unpinProtection(layout, instance, slot, reason)] : []),
  ];
}

/** Detaches and unpins one program from one target; its protection stays, for what comes in its place. */
export function removeSlot(
  layout: PinLayout,
  instance: InstanceId,
  slot: ObservedSlot,
  reason: Reason,
): readonly Operation[] {
  return [
    ...(slot.link === undefined ? [] : [detachSlot(layout, instance, slot, slot.link.id, reason)]),
    ...(slot.loaded === undefined ? [] : [unpinProgram(layout, instance, slot, reason)]),
  ];
}

// oxlint-disable-next-line eslint/max-params -- five plain facts of one operation, used in two places
export function detachSlot(
  layout: PinLayout,
  { object, digest }: InstanceId,
  { program, target }: ObservedSlot,
  linkId: number,
  reason: Reason,
): DetachOperation {
  const pin = layout.link({ object, digest, program, target });
  return { kind: 'detach', object, program, target, pin, linkId, reason };
}

/** Removes the mark that forbids to detach a program. */
export function unpinProtection(
  layout: PinLayout,
  { object, digest }: InstanceId,
  { program, target }: Pick<ObservedSlot, 'program' | 'target'>,
  reason: Reason,
): UnpinOperation {
  const pin = layout.protection({ object, digest, program, target });
  return { ...unpin(object, 'protection', pin, reason), program, target };
}

export function unpinMap(
  layout: PinLayout,
  map: { readonly object: ObjectName; readonly name: MapName },
  reason: Reason,
): UnpinOperation {
  return unpin(map.object, 'map', layout.map(map.object, map.name), reason);
}

function unpinProgram(
  layout: PinLayout,
  { object, digest }: InstanceId,
  { program, target }: ObservedSlot,
  reason: Reason,
): UnpinOperation {
  const pin = layout.program({ object, digest, program, target });
  return { ...unpin(object, 'program', pin, reason), program, target };
}

function unpin(
  object: ObjectName,
  what: UnpinOperation['what'],
  pin: UnpinOperation['pin'],
  reason: Reason,
): UnpinOperation {
  return { kind: 'unpin', what, object, pin, program: undefined, target: undefined, reason };
}
