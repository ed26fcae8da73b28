import type { LoaderRequest, LoadRequest } from '../../src/apply/kernel.ts';
import { objectIdOf } from '../../src/state/target-home.ts';
import type { MapShape } from '../../src/state/map-shape.ts';
import type { AttachType } from '../../src/state/object-info.ts';
import type {
  ObservedDispatchSlot,
  ObservedLink,
  ObservedProgram,
} from '../../src/state/observed.ts';

/** What lives in the kernel while something refers to it: a pin, an fd, or another of them. */
export type Thing = Program | Link | BpfMap | Slot;

interface Counted {
  readonly id: number;
  references: number;
}

export interface Program extends Counted {
  readonly kind: 'program';
  readonly of: Pick<LoaderRequest, 'object'> &
    Pick<LoadRequest, 'program' | 'target' | 'targetBtfId' | 'home'>;
  readonly maps: readonly BpfMap[];
  runCount: bigint;
  /** It has a link; a second one is refused. */
  attached: boolean;
  /** It is loaded for a function that nothing can be attached to. */
  readonly untraceable: boolean;
  /** Of a dispatcher: where the program is that it runs. It does not keep the slot filled. */
  readonly slot?: Slot;
}

export interface Link extends Counted {
  readonly kind: 'link';
  readonly attachType: AttachType;
  readonly program: Program;
}

export interface BpfMap extends Counted {
  readonly kind: 'map';
  readonly definition: MapShape;
  /** How often a program ran that uses it. */
  hits: number;
}

/** An array of one program. References are those of users, pins and fds: with the last one it is emptied. */
export interface Slot extends Counted {
  readonly kind: 'slot';
  holds: Program | undefined;
}

export function hold<T extends Thing>(thing: T): T {
  thing.references += 1;
  return thing;
}

/** One reference less. With the last one the thing goes: a link detaches, and what it referred to is let go too. */
export function drop(thing: Thing): void {
  thing.references -= 1;
  if (thing.references > 0) return;
  if (thing.kind === 'program') for (const map of thing.maps) drop(map);
  if (thing.kind === 'slot') putInto(thing, undefined);
  if (thing.kind !== 'link') return;
  thing.program.attached = false;
  drop(thing.program);
}

/** Puts a program in, in place of the one that is there, or takes that out. */
export function putInto(slot: Slot, program: Program | undefined): void {
  const before = slot.holds;
  slot.holds = program === undefined ? undefined : hold(program);
  if (before !== undefined) drop(before);
}

/** What runs when the link's target is called; `undefined` for a dispatcher whose slot is empty. */
export function runBy({ program }: Link): Program | undefined {
  return program.slot === undefined ? program : program.slot.holds;
}

export function linkInfo({ id, attachType, program }: Link): ObservedLink {
  const { targetBtfId, home } = program.of;
  const targetObjectId = home === undefined ? kernelBtfId : objectIdOf(home);
  return { id, programId: program.id, attachType, targetBtfId, targetObjectId };
}

/** Of the kernel's own BTF. */
const kernelBtfId = 1;

/** What each slot is, apart from what is in it. */
export const slotShape: MapShape = {
  type: 'prog_array',
  keySize: 4,
  valueSize: 4,
  maxEntries: 1,
  flags: 0,
};

export function slotInfo({ id, holds }: Slot): ObservedDispatchSlot {
  return { id, programId: holds?.id };
}

export function programInfo({ id, of, maps, runCount }: Program): ObservedProgram {
  return {
    id,
    tag: '0'.repeat(16),
    kernelName: of.program.slice(0, 15),
    attachBtfId: of.targetBtfId,
    attachObjectId: of.home === undefined ? kernelBtfId : of.home.btfObjectId,
    mapIds: maps.map((map) => map.id),
    loadedAtBootNs: 0n,
    runCount,
    runTimeNs: 0n,
    recursionMisses: 0n,
  };
}
