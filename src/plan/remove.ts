import type { MapName, ObjectName } from '../state/ids.ts';
import type {
  ObservedAttachment,
  ObservedInstance,
  ObservedLink,
  ObservedSlot,
} from '../state/observed.ts';
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

function removeSlot(
  layout: PinLayout,
  instance: InstanceId,
  slot: ObservedSlot,
  reason: Reason,
): readonly Operation[] {
  return [
    ...detachSlot(layout, instance, slot, reason),
    ...unpinProgram(layout, instance, slot, reason),
  ];
}

/** Detaches a program that is attached by itself; nothing if it is not. */
export function detachSlot(
  layout: PinLayout,
  instance: InstanceId,
  slot: ObservedSlot | undefined,
  reason: Reason,
): readonly DetachOperation[] {
  if (slot?.link === undefined) return [];
  const { program, target, loaded, link } = slot;
  const { object, digest } = instance;
  const id = { object, digest, program, target };
  const programPin = loaded?.id === link.programId ? layout.program(id) : undefined;
  const from = { id: link.programId, pin: programPin };
  const pin = layout.link(id);
  return [
    { kind: 'detach', object, program, target, pin, linkId: link.id, from, gap: false, reason },
  ];
}

/** Detaches a dispatcher and unpins its slot, as far as they are there. */
export function removeAttachment(
  layout: PinLayout,
  attachment: ObservedAttachment | undefined,
  reason: Reason,
): readonly Operation[] {
  if (attachment === undefined) return [];
  const { object, program, target, slot, link } = attachment;
  const names = { object, program, target };
  const detach = (found: ObservedLink): DetachOperation => ({
    kind: 'detach',
    ...names,
    pin: layout.dispatchLink(attachment),
    linkId: found.id,
    from: { id: found.programId, pin: undefined },
    gap: false,
    reason,
  });
  const slotPin = layout.dispatchSlot(attachment);
  return [
    ...(link === undefined ? [] : [detach(link)]),
    ...(slot === undefined ? [] : [{ ...unpin(object, 'slot', slotPin, reason), program, target }]),
  ];
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

/** Unpins a program; nothing if it is not pinned. */
export function unpinProgram(
  layout: PinLayout,
  { object, digest }: InstanceId,
  slot: ObservedSlot | undefined,
  reason: Reason,
): readonly UnpinOperation[] {
  if (slot?.loaded === undefined) return [];
  const { program, target } = slot;
  const pin = layout.program({ object, digest, program, target });
  return [{ ...unpin(object, 'program', pin, reason), program, target }];
}

function unpin(
  object: ObjectName,
  what: UnpinOperation['what'],
  pin: UnpinOperation['pin'],
  reason: Reason,
): UnpinOperation {
  return { kind: 'unpin', what, object, pin, program: undefined, target: undefined, reason };
}
