import type { DesiredObject, DesiredProgram } from '../state/desired.ts';
import type { ObservedInstance, ObservedSlot, ObservedState } from '../state/observed.ts';
import type { InstanceId, PinLayout } from '../state/pin-layout.ts';
import type { Operation, Reason } from './operation.ts';
import type { Conflict } from './plan.ts';
import type { InstanceMaps, MapChange } from './diff-maps.ts';
import { diffMaps, mapPin, mapProblem, unpinnedMaps } from './diff-maps.ts';
import { compare } from './order.ts';
import {
  detachSlot,
  removeInstance,
  removeSlot,
  removeWholeSlot,
  unpinProtection,
} from './remove.ts';

export interface ObjectDiff {
  readonly operations: readonly Operation[];
  readonly conflicts: readonly Conflict[];
  readonly mapChanges: readonly MapChange[];
  readonly unchanged: number;
}

interface Situation {
  readonly layout: PinLayout;
  readonly object: DesiredObject;
  readonly id: InstanceId;
  /** The instance of exactly these bytes and settings, if there is one. */
  readonly current: ObservedInstance | undefined;
  /** Instances of other bytes or settings: what this one replaces. */
  readonly others: readonly ObservedInstance[];
  readonly maps: InstanceMaps;
}

/** What one object of the manifest needs: its programs loaded and attached, then what it replaces removed. */
export function diffObject(
  layout: PinLayout,
  object: DesiredObject,
  observed: ObservedState,
): ObjectDiff {
  const situation = situate(layout, inOrder(object), observed);
  const slots = object.programs.map((program) => diffSlot(situation, program));
  const { maps } = situation;
  return {
    operations: [
      ...slots.flatMap((slot) => slot.operations),
      ...unwantedSlots(situation),
      ...situation.others.flatMap((other) =>
        removeInstance(layout, other, reasonToReplace(situation, other)),
      ),
      ...unpinnedMaps(layout, object, maps, observed),
    ],
    conflicts: [...slots.flatMap((slot) => slot.conflicts), ...maps.conflicts],
    mapChanges: maps.refused,
    unchanged: slots.filter((slot) => slot.operations.length === 0 && slot.conflicts.length === 0)
      .length,
  };
}

/** What is loaded, and why, must not depend on how the object lists its maps. */
function inOrder(object: DesiredObject): DesiredObject {
  return { ...object, maps: object.maps.toSorted((a, b) => compare(a.name, b.name)) };
}

function situate(layout: PinLayout, object: DesiredObject, observed: ObservedState): Situation {
  const instances = observed.instances.filter((instance) => instance.object === object.name);
  const current = instances.find((instance) => instance.digest === object.digest);
  return {
    layout,
    object,
    id: { object: object.name, digest: object.digest },
    current,
    others: instances
      .filter((instance) => instance !== current)
      .toSorted((a, b) => compare(a.digest, b.digest)),
    maps: diffMaps(layout, object, current, observed),
  };
}

function diffSlot(
  situation: Situation,
  wanted: DesiredProgram,
): Pick<ObjectDiff, 'operations' | 'conflicts'> {
  const slot = slotOf(situation.current, wanted);
  const alien = slot?.loaded !== undefined && isOther(slot.loaded.attachBtfId, wanted.targetBtfId);
  if (alien) {
    const path = situation.layout.program({
      ...situation.id,
      program: wanted.program,
      target: wanted.target,
    });
    return { operations: [], conflicts: [{ path, what: 'a program for another target' }] };
  }
  const operations = [
    ...slotOperations(situation, wanted, slot),
    ...protectionOperations(situation, wanted, slot),
  ];
  return { operations, conflicts: [] };
}

function slotOperations(
  situation: Situation,
  wanted: DesiredProgram,
  slot: ObservedSlot | undefined,
): readonly Operation[] {
  const { layout, id } = situation;
  if (slot?.loaded === undefined || mapProblem(situation.maps, slot) !== undefined) {
    const reason = reasonToLoad(situation, wanted, slot);
    const cleared = slot === undefined ? [] : removeSlot(layout, id, slot, reason);
    return [
      ...cleared,
      load(situation, wanted, reason),
      ...attachIfWanted(situation, wanted, reason),
    ];
  }
  const { loaded, link } = slot;
  if (link === undefined) return attachIfWanted(situation, wanted, { code: 'not-attached' });
  if (wanted.state === 'loaded')
    return [detachSlot(layout, id, slot, link.id, { code: 'state-loaded' })];
  if (link.programId === loaded.id && !isOther(link.targetBtfId, wanted.targetBtfId)) return [];
  const reason: Reason = {
    code: 'link-differs',
    linkProgramId: link.programId,
    programId: loaded.id,
  };
  return [
    detachSlot(layout, id, slot, link.id, reason),
    ...attachIfWanted(situation, wanted, reason),
  ];
}

function load(
  { layout, object, id }: Situation,
  wanted: DesiredProgram,
  reason: Reason,
): Operation {
  const { program, target, targetBtfId } = wanted;
  return {
    kind: 'load',
    ...id,
    program,
    target,
    targetBtfId,
    pin: layout.program({ ...id, program, target }),
    maps: object.maps.map((map) => ({ name: map.name, pin: mapPin(layout, id, map) })),
    note: { pin: layout.note(id), text: object.file },
    reason,
  };
}

function attachIfWanted(
  { layout, id }: Situation,
  { program, target, attachType, state }: DesiredProgram,
  reason: Reason,
): readonly Operation[] {
  if (state === 'loaded') return [];
  const slot = { ...id, program, target };
  const pins = { programPin: layout.program(slot), pin: layout.link(slot) };
  return [{ kind: 'attach', object: id.object, program, target, attachType, ...pins, reason }];
}

/** What `ls -l` shows beside the pins. */
const protectionText = 'fentryctl detaches this only with --force';

/** The mark is set and removed by itself: a program that runs is not loaded again for it. */
function protectionOperations(
  situation: Situation,
  wanted: DesiredProgram,
  slot: ObservedSlot | undefined,
): readonly Operation[] {
  const { layout, id } = situation;
  const { program, target, protect } = wanted;
  if (protect === (slot?.protected ?? false)) return [];
  if (!protect) return [unpinProtection(layout, id, wanted, { code: 'protect-unset' })];
  const reason: Reason =
    slot === undefined ? reasonToLoad(situation, wanted, slot) : { code: 'protect-set' };
  const pin = layout.protection({ ...id, program, target });
  return [
    { kind: 'protect', object: id.object, program, target, pin, text: protectionText, reason },
  ];
}

function unwantedSlots({ layout, id, object, current }: Situation): readonly Operation[] {
  return (current?.slots ?? [])
    .filter((slot) => !object.programs.some((wanted) => isSame(slot, wanted)))
    .flatMap((slot) => removeWholeSlot(layout, id, slot, { code: 'removed' }));
}

function reasonToLoad(
  situation: Situation,
  wanted: DesiredProgram,
  slot: ObservedSlot | undefined,
): Reason {
  if (slot !== undefined) return mapProblem(situation.maps, slot) ?? { code: 'program-missing' };
  const before = situation.others.find((other) => slotOf(other, wanted) !== undefined);
  if (before === undefined) return { code: 'added' };
  return { code: 'object-changed', from: before.digest, to: situation.id.digest };
}

function reasonToReplace(
  { object, id }: Situation,
  other: ObservedInstance,
): (slot: ObservedSlot | undefined) => Reason {
  return (slot) => {
    const stays = slot === undefined || object.programs.some((wanted) => isSame(slot, wanted));
    return stays
      ? { code: 'object-changed', from: other.digest, to: id.digest }
      : { code: 'removed' };
  };
}

function slotOf(
  instance: ObservedInstance | undefined,
  wanted: DesiredProgram,
): ObservedSlot | undefined {
  return instance?.slots.find((slot) => isSame(slot, wanted));
}

function isSame(slot: ObservedSlot, wanted: DesiredProgram): boolean {
  return slot.program === wanted.program && slot.target === wanted.target;
}

/** Kernels that do not tell an id give no evidence either way. */
function isOther(observed: number | undefined, wanted: number): boolean {
  return observed !== undefined && observed !== wanted;
}
