import type { PinPath } from '../../src/state/ids.ts';
import { kernelFunction, pinPath, programName } from '../../src/state/ids.ts';
import { parentOf, put, thingAt } from '../memory-kernel/bpf-filesystem.ts';
import { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import type { MemoryObject } from '../memory-kernel/memory-object.ts';
import { putInto } from '../memory-kernel/things.ts';
import type { TestObject, World } from './world.ts';
import { calledTarget, targets } from './world.ts';

const untraceable = 'do_syscall_64';
const functions: readonly string[] = [...targets, untraceable];

export function memoryWorld(objects: readonly TestObject[]): World {
  const known = objects.map((object) => [object.image.digest, memoryObject(object)] as const);
  const kernel = new MemoryKernel(new Map(known));
  const { machine } = kernel;
  const { tree } = machine.state;
  return {
    kernel,
    btfIdOf: (name) => functions.indexOf(name) + 1,
    untraceable,
    tellsTargetOfProgram: true,
    tellsTargetOfLink: true,
    attachesAgain: true,
    call: () => kernel.call(calledTarget),
    counted: (map) => hitsOf(kernel, map),
    emptySlot: (slot) => emptyByHand(kernel, slot),
    exists: (path) => tree.has(pinPath(path)),
    makeDirectory: (path) => machine.makeDirectories(path),
    makeNote: (path, text) => put(tree, path, { kind: 'note', text }),
    copyPin: (from, to) => kernel.copyPin(from, to),
    remove: (path) => removeByHand(kernel, path),
    openFds: () => machine.state.held.length,
  };
}

function removeByHand(kernel: MemoryKernel, path: PinPath): void {
  kernel.machine.makeDirectories(parentOf(path));
  kernel.machine.unpin(path);
}

function hitsOf(kernel: MemoryKernel, path: PinPath): number {
  const map = thingAt(kernel.machine.state.tree, path);
  if (map.kind !== 'map') throw new Error(`"${path}" is a ${map.kind}`);
  return map.hits;
}

function emptyByHand(kernel: MemoryKernel, path: PinPath): void {
  const slot = thingAt(kernel.machine.state.tree, path);
  if (slot.kind !== 'slot') throw new Error(`"${path}" is a ${slot.kind}`);
  putInto(slot, undefined);
}

/** What the verifier thinks of a program is nowhere in its file. */
function memoryObject({ info }: TestObject): MemoryObject {
  return {
    maps: new Map(info.maps.map((map) => [map.name, map.shape])),
    rejected: new Map([[programName('bad'), 'R6 max value is outside\nprocessed 67 insns']]),
    untraceable: new Set([kernelFunction(untraceable)]),
  };
}
