import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Kernel } from '../../src/apply/kernel.ts';
import { inspect } from '../../src/bpf/inspect.ts';
import { digestObject } from '../../src/manifest/digest.ts';
import type { PinPath } from '../../src/state/ids.ts';
import type { ObjectImage } from '../../src/state/object-image.ts';
import type { ObjectInfo } from '../../src/state/object-info.ts';

/** A kernel, and all that others do to it behind our back. */
export interface World {
  readonly kernel: Kernel;
  /** BTF id of a kernel function; 0 if there is none of that name. */
  btfIdOf(name: string): number;
  /** A function that programs can be loaded for but not attached to; `undefined` where BTF has no such. */
  readonly untraceable: string | undefined;
  /** Linux 6.0 and later. */
  readonly tellsTargetOfProgram: boolean;
  /** Linux 5.13 and later. */
  readonly tellsTargetOfLink: boolean;
  /** Linux 5.13 and later: a program that was detached can be attached again. Before that it has to be loaded anew. */
  readonly attachesAgain: boolean;
  /** Calls the function `calledTarget`, once or more. */
  call(): void;
  /** What programs have counted in a pinned map of counters; grows with each run. */
  counted(map: PinPath): number;
  /** Empties a pinned slot. */
  emptySlot(slot: PinPath): void;
  exists(path: string): boolean;
  makeDirectory(path: PinPath): void;
  makeNote(path: PinPath, text: string): void;
  copyPin(from: PinPath, to: PinPath): void;
  /** Removes a pin or note by hand. */
  remove(path: PinPath): void;
  openFds(): number;
}

/** A function that runs only when a test wants it to. */
export const calledTarget = 'vfs_rename';
/** Functions that every kernel has; nothing calls the first. */
export const targets = ['bpf_fentry_test1', calledTarget, 'vfs_rmdir'] as const;

/** One of test/objects, and what is in it. */
export interface TestObject {
  readonly image: ObjectImage;
  readonly info: ObjectInfo;
}

const objectNames = [
  'counter',
  'counter-v2',
  'counter-changed-map',
  'counter-fexit',
  'long-names',
  'pinned-by-name',
  'rejected',
] as const;

export type TestObjectName = (typeof objectNames)[number];

export function readTestObjects(): Readonly<Record<TestObjectName, TestObject>> {
  const entries = objectNames.map((name) => [name, readTestObject(name)] as const);
  return Object.fromEntries(entries) as Record<TestObjectName, TestObject>; // one for each name
}

function readTestObject(name: TestObjectName): TestObject {
  const file = path.join(import.meta.dirname, `../objects/${name}.bpf.o`);
  const bytes = readFileSync(file);
  return { image: { file, bytes, digest: digestObject(bytes) }, info: inspect(file, bytes) };
}
