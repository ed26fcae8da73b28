import type {
  DesiredMap,
  DesiredObject,
  DesiredProgram,
  DesiredState,
} from '../../../src/state/desired.ts';
import type { Expansion } from '../../../src/state/expansion.ts';
import {
  kernelFunction,
  manifestName,
  mapName,
  objectDigest,
  objectName,
  pinPath,
  programName,
} from '../../../src/state/ids.ts';
import type { MapShape } from '../../../src/state/map-shape.ts';
import type {
  ObservedAttachment,
  ObservedInstance,
  ObservedInternalMap,
  ObservedLink,
  ObservedMap,
  ObservedProgram,
  ObservedSlot,
  ObservedState,
} from '../../../src/state/observed.ts';
import { pinLayout } from '../../../src/state/pin-layout.ts';

export const name = manifestName('sample');
export const layout = pinLayout(pinPath('/sys/fs/bpf/root'), name);
export const digests = { a: objectDigest('a'.repeat(32)), b: objectDigest('b'.repeat(32)) };

/** BTF ids of the functions that the samples name. */
const targets: Readonly<Record<string, number>> = { vfs_read: 11, vfs_write: 12 };

export function wanted(...objects: readonly DesiredObject[]): DesiredState {
  return { name, objects, expansions: [], maxDetach: undefined };
}

export function object(given: Partial<DesiredObject> = {}): DesiredObject {
  return {
    name: objectName('opens'),
    file: '/etc/opens.bpf.o',
    digest: digests.a,
    maps: [desiredMap('counts'), desiredMap('.bss', { internal: true })],
    programs: [program('on_read', 'vfs_read')],
    ...given,
  };
}

/** What became of the targets of `on_read`. */
export function expansion(given: Partial<Expansion> = {}): Expansion {
  return {
    object: objectName('opens'),
    program: programName('on_read'),
    targets: [],
    patterns: [],
    excluded: 0,
    idle: [],
    leftOut: [],
    absent: [],
    sameTag: [],
    ...given,
  };
}

/** What all maps are by default. */
export const shape: MapShape = { type: 'hash', keySize: 4, valueSize: 8, maxEntries: 16, flags: 0 };

export function desiredMap(called: string, given: Partial<DesiredMap> = {}): DesiredMap {
  const settings = { internal: false, sharedAt: undefined, recreate: false };
  return { name: mapName(called), shape, ...settings, ...given };
}

export function program(
  called: string,
  target: string,
  state: DesiredProgram['state'] = 'attached',
): DesiredProgram {
  return {
    program: programName(called),
    target: kernelFunction(target),
    targetBtfId: targets[target] ?? 0,
    home: undefined,
    attachType: 'fentry',
    state,
    replace: 'overlap',
    protect: false,
  };
}

export function protectedProgram(
  called: string,
  target: string,
  state: DesiredProgram['state'] = 'attached',
): DesiredProgram {
  return { ...program(called, target, state), protect: true };
}

export function pinned(given: Partial<ObservedState> = {}): ObservedState {
  return { name, instances: [], maps: [], attachments: [], shared: [], foreign: [], ...given };
}

/** What is pinned once `object()` was applied. */
export function applied(given: Partial<ObservedState> = {}): ObservedState {
  return pinned({ instances: [instance()], maps: [map('counts')], ...given });
}

export function instance(given: Partial<ObservedInstance> = {}): ObservedInstance {
  return {
    object: objectName('opens'),
    digest: digests.a,
    source: '/etc/opens.bpf.o',
    internalMaps: [internalMap('.bss')],
    slots: [slot()],
    ...given,
  };
}

export function slot(given: Partial<ObservedSlot> = {}): ObservedSlot {
  return {
    program: programName('on_read'),
    target: kernelFunction('vfs_read'),
    loaded: loaded(),
    link: link(),
    protected: false,
    ...given,
  };
}

export function loaded(given: Partial<ObservedProgram> = {}): ObservedProgram {
  return {
    id: 100,
    tag: '0123456789abcdef',
    kernelName: 'on_read',
    attachBtfId: 11,
    attachObjectId: 1,
    mapIds: [300, 400],
    loadedAtBootNs: 5_000_000_000n,
    runCount: 7n,
    runTimeNs: 700n,
    recursionMisses: 0n,
    ...given,
  };
}

export function link(given: Partial<ObservedLink> = {}): ObservedLink {
  return {
    id: 200,
    programId: 100,
    attachType: 'fentry',
    targetBtfId: 11,
    targetObjectId: 1,
    ...given,
  };
}

/** What is pinned beside `instance()` once its program was attached by exchange; its link is in no instance then. */
export function attachment(given: Partial<ObservedAttachment> = {}): ObservedAttachment {
  return {
    object: objectName('opens'),
    program: programName('on_read'),
    target: kernelFunction('vfs_read'),
    attachType: 'fentry',
    slot: { id: 400, programId: 100 },
    link: link({ id: 201, programId: 101 }),
    usesSlot: true,
    ...given,
  };
}

export function map(called: string, given: Partial<ObservedMap> = {}): ObservedMap {
  return { object: objectName('opens'), name: mapName(called), id: 300, shape, ...given };
}

export function internalMap(called: string, id = 400): ObservedInternalMap {
  return { name: mapName(called), id };
}
