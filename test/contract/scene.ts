import { afterEach, beforeEach, expect } from 'vitest';
import type {
  AttachRequest,
  DispatchRequest,
  LoaderRequest,
  LoadRequest,
  TreeEntry,
} from '../../src/apply/kernel.ts';
import {
  kernelFunction,
  manifestName,
  objectName,
  pinPath,
  programName,
} from '../../src/state/ids.ts';
import type { PinPath } from '../../src/state/ids.ts';
import type { KnownProgram, ObservedProgram } from '../../src/state/observed.ts';
import { pinLayout } from '../../src/state/pin-layout.ts';
import { memoryWorld } from './memory-world.ts';
import { realWorld } from './real-world.ts';
import type { TestObjectName, World } from './world.ts';
import { calledTarget, readTestObjects } from './world.ts';

export const isReal = process.env['FENTRYCTL_KERNEL'] === 'real';
export const objects = readTestObjects();
export const world: World = isReal ? realWorld() : memoryWorld(Object.values(objects));
export const { kernel } = world;

/** Every case has this for itself, and it is gone afterwards. */
export const root = pinPath(`/sys/fs/bpf/contract-${process.pid}`);
export const layout = pinLayout(root, manifestName('sample'));

let fdsBefore = 0;

/** Registers what every case needs: an empty place before, and the proof afterwards that no fd was left open. */
export function useScene(): void {
  beforeEach(() => {
    fdsBefore = world.openFds();
  });
  afterEach(() => {
    clear();
    expect(world.openFds(), 'open fds').toBe(fdsBefore);
  });
}

function clear(): void {
  for (const { path, kind } of kernel.read(root).toReversed()) {
    if (kind === 'directory') kernel.removeDirectory(path);
    else world.remove(path);
  }
  kernel.removeDirectory(root);
}

/** A program of an object that is opened for it alone. */
export type OneLoad = LoaderRequest & LoadRequest;

export function loadRequest(
  object: TestObjectName,
  program: string,
  target = 'bpf_fentry_test1',
): OneLoad {
  const { image, info } = objects[object];
  const id = { object: objectName('sample'), digest: image.digest };
  const slot = { ...id, program: programName(program), target: kernelFunction(target) };
  return {
    ...slot,
    image,
    programs: [slot.program],
    targetBtfId: world.btfIdOf(target),
    home: undefined,
    programPin: layout.program(slot),
    maps: info.maps.map(({ name, internal }) => ({
      name,
      pin: internal ? layout.internalMap(id, name) : layout.map(id.object, name),
    })),
    note: { pin: layout.note(id), text: image.file },
  };
}

/** Loads one program as the first of its object, and reads back what is pinned. */
export function loadOne(request: OneLoad): {
  readonly program: ObservedProgram;
  readonly created: readonly PinPath[];
} {
  using loader = kernel.loader(request);
  const { programId, created } = loader.load(request);
  const program = programAt(request.programPin);
  expect(program.id).toBe(programId);
  return { program, created };
}

export function attachRequest(load: OneLoad): AttachRequest {
  const { program, target, programPin } = load;
  const linkPin = layout.link({ ...load, digest: load.image.digest });
  return { program, target, programPin, linkPin, attachType: 'fentry' };
}

export function dispatchRequest(load: OneLoad): DispatchRequest {
  const { program, target, programPin } = load;
  const id = { ...load, attachType: 'fentry' } as const;
  const places = { slotPin: layout.dispatchSlot(id), linkPin: layout.dispatchLink(id) };
  return { program, target, programPin, ...places, attachType: 'fentry', state: 'attached' };
}

/** All below the manifest's directory but directories. */
export function pins(): readonly PinPath[] {
  return entries()
    .filter(({ kind }) => kind !== 'directory')
    .map(({ path }) => path);
}

export function entries(): readonly TreeEntry[] {
  return kernel.read(layout.directory);
}

export function entry(path: PinPath): TreeEntry {
  const found = entries().find((candidate) => candidate.path === path);
  if (found === undefined) throw new Error(`nothing at "${path}"`);
  return found;
}

export function programAt(path: PinPath): ObservedProgram {
  const found = entry(path);
  if (found.kind !== 'program') throw new Error(`"${path}" is a ${found.kind}`);
  return found.program;
}

/** Whether a pinned program ran when its target was called. */
export function runsWhenCalled(path: PinPath): boolean {
  const before = programAt(path).runCount;
  world.call();
  return programAt(path).runCount !== before;
}

/** Whether a program that counts in this map ran when its target was called, however it is attached. */
export function countsWhenCalled(map: PinPath): boolean {
  const before = world.counted(map);
  world.call();
  return world.counted(map) !== before;
}

/** What the kernel says of a target's BTF id, where it says anything. */
export function told(isTold: boolean, btfId: number): number | undefined {
  return isTold ? btfId : undefined;
}

/** The same of an id that is only known to be one. */
export function toldId(isTold: boolean): unknown {
  return isTold ? expect.any(Number) : undefined;
}

/** A version of a program that is loaded, what is known of it, and the map that it counts in. */
export function loaded(object: TestObjectName, program = 'count_first') {
  const load = loadRequest(object, program, calledTarget);
  const { id } = loadOne(load).program;
  const known: KnownProgram = { id, pin: load.programPin };
  return { load, known, hits: mapPin(load) };
}

/** The same, attached by exchange. */
export function dispatched(object: TestObjectName) {
  const ready = loaded(object);
  const request = dispatchRequest(ready.load);
  kernel.dispatch(request);
  return { ...ready, request, slotPin: request.slotPin };
}

function mapPin({ maps }: OneLoad): PinPath {
  const map = maps.find(({ name }) => name === 'hits');
  if (map === undefined) throw new Error('no map "hits"');
  return map.pin;
}

/** Id of the program in a pinned slot. */
export function inSlot(slotPin: PinPath): number | undefined {
  const found = entry(slotPin);
  if (found.kind !== 'map' || found.slot === undefined) throw new Error(`"${slotPin}": no slot`);
  return found.slot.programId;
}
