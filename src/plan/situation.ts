import type { DesiredObject, DesiredProgram } from '../state/desired.ts';
import type {
  ObservedAttachment,
  ObservedInstance,
  ObservedSlot,
  ObservedState,
} from '../state/observed.ts';
import type { InstanceId, PinLayout } from '../state/pin-layout.ts';
import type { InstanceMaps } from './diff-maps.ts';
import { diffMaps } from './diff-maps.ts';
import type { Operation } from './operation.ts';
import { compare } from './order.ts';

/** One object of the manifest, and what is pinned for it. */
export interface Situation {
  readonly layout: PinLayout;
  readonly object: DesiredObject;
  readonly id: InstanceId;
  /** The instance of exactly these bytes and settings, if there is one. */
  readonly current: ObservedInstance | undefined;
  /** Instances of other bytes or settings: what this one replaces. */
  readonly others: readonly ObservedInstance[];
  /** What is attached by exchange, whichever version it is. */
  readonly attachments: readonly ObservedAttachment[];
  readonly maps: InstanceMaps;
}

/** The same, whatever the order in which the manifest and the kernel list things. */
export function situate(
  layout: PinLayout,
  object: DesiredObject,
  observed: ObservedState,
): Situation {
  const instances = observed.instances.filter((instance) => instance.object === object.name);
  const current = instances.find((instance) => instance.digest === object.digest);
  const sorted = {
    ...object,
    maps: object.maps.toSorted((a, b) => compare(a.name, b.name)),
  };
  return {
    layout,
    object: sorted,
    id: { object: object.name, digest: object.digest },
    current,
    others: instances
      .filter((instance) => instance !== current)
      .toSorted((a, b) => compare(a.digest, b.digest)),
    attachments: observed.attachments.filter((attachment) => attachment.object === object.name),
    maps: diffMaps(layout, sorted, current, observed),
  };
}

/** What an instance has of a program on a target. */
export function slotOf(
  instance: ObservedInstance | undefined,
  wanted: Named,
): ObservedSlot | undefined {
  return instance === undefined ? undefined : findSame(instance.slots, wanted);
}

/** What is attached by exchange of a program on a target, as the kind that is wanted, whichever version it is. */
export function attachmentOf(
  situation: Situation,
  wanted: DesiredProgram,
): ObservedAttachment | undefined {
  return attachmentsOf(situation, wanted).find((one) => one.attachType === wanted.attachType);
}

/** The same of other kinds: what the program was before, and is no longer. */
export function formerOf(
  situation: Situation,
  wanted: DesiredProgram,
): readonly ObservedAttachment[] {
  return attachmentsOf(situation, wanted).filter((one) => one.attachType !== wanted.attachType);
}

/** The same of any kind. */
export function attachmentsOf(
  { attachments }: Situation,
  wanted: DesiredProgram,
): readonly ObservedAttachment[] {
  return findAll(attachments, wanted);
}

type Named = Pick<DesiredProgram, 'program' | 'target'>;

export function isSame(a: Named, b: Named): boolean {
  return a.program === b.program && a.target === b.target;
}

/** Whether it is about the link of a dispatcher. */
export function isDispatcher(layout: PinLayout, { pin }: Operation): boolean {
  return layout.meaning(pin)?.kind === 'dispatch-link';
}

const indices = new WeakMap<readonly Named[], ReadonlyMap<string, readonly Named[]>>();

/** The first of a list that is of the same program and target. */
export function findSame<Found extends Named>(
  list: readonly Found[],
  wanted: Named,
): Found | undefined {
  return findAll(list, wanted)[0];
}

/** All of a list that are of the same program and target. For each of a thousand, a thousand would be looked through. */
function findAll<Found extends Named>(list: readonly Found[], wanted: Named): readonly Found[] {
  const index = indices.get(list) ?? indexOf(list);
  indices.set(list, index);
  return (index.get(keyOf(wanted)) ?? []) as readonly Found[]; // what is in it is of that list
}

function indexOf(list: readonly Named[]): ReadonlyMap<string, readonly Named[]> {
  const index = new Map<string, Named[]>();
  for (const entry of list) {
    const found = index.get(keyOf(entry));
    if (found === undefined) index.set(keyOf(entry), [entry]);
    else found.push(entry);
  }
  return index;
}

function keyOf({ program, target }: Named): string {
  return `${program} ${target}`;
}

/** Two ids, each of which the kernel may not have told. */
export function isOtherId(observed: number | undefined, wanted: number | undefined): boolean {
  return wanted !== undefined && isOther(observed, wanted);
}

/** Kernels that do not tell an id give no evidence either way. */
export function isOther<Value>(observed: Value | undefined, wanted: Value): boolean {
  return observed !== undefined && observed !== wanted;
}
