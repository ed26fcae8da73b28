import type { LoadRequest } from '../../src/apply/kernel.ts';
import type { ObservedLink, ObservedProgram } from '../../src/state/observed.ts';
import type { MapShape } from '../../src/state/map-shape.ts';

/** What lives in the kernel while something refers to it: a pin, an fd, or another of them. */
export type Thing = Program | Link | BpfMap;

interface Counted {
  readonly id: number;
  references: number;
}

export interface Program extends Counted {
  readonly kind: 'program';
  readonly of: Pick<LoadRequest, 'object' | 'program' | 'target' | 'targetBtfId'>;
  readonly maps: readonly BpfMap[];
  runCount: bigint;
  /** It has a link; a second one is refused. */
  attached: boolean;
}

export interface Link extends Counted {
  readonly kind: 'link';
  readonly program: Program;
}

export interface BpfMap extends Counted {
  readonly kind: 'map';
  readonly definition: MapShape;
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
  if (thing.kind !== 'link') return;
  thing.program.attached = false;
  drop(thing.program);
}

export function linkInfo({ id, program }: Link): ObservedLink {
  return { id, programId: program.id, targetBtfId: program.of.targetBtfId };
}

export function programInfo({ id, of, maps, runCount }: Program): ObservedProgram {
  return {
    id,
    tag: '0'.repeat(16),
    kernelName: of.program.slice(0, 15),
    attachBtfId: of.targetBtfId,
    mapIds: maps.map((map) => map.id),
    loadedAtBootNs: 0n,
    runCount,
    runTimeNs: 0n,
  };
}
