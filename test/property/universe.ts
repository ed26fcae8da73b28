import fc from 'fast-check';
import type { Images } from '../../src/apply/loaders.ts';
import type {
  DesiredMap,
  DesiredObject,
  DesiredProgram,
  DesiredState,
  DetachLimit,
} from '../../src/state/desired.ts';
import type { MapShape } from '../../src/state/map-shape.ts';
import {
  kernelFunction,
  manifestName,
  mapName,
  objectDigest,
  objectName,
  pinPath,
  programName,
} from '../../src/state/ids.ts';
import type { AttachType } from '../../src/state/object-info.ts';
import { pinLayout } from '../../src/state/pin-layout.ts';
import type { MemoryObject, MemoryObjects } from '../memory-kernel/memory-object.ts';

// A small world, so that what is drawn at random often meets: five versions of each of three objects, two programs,
// two targets. Version 2 has one named map more than the others, version 3 one internal map less, the "hits" of version 4
// are more, and those of version 5 are shared, by all objects that have that version. In versions 2 and 4 the first
// program is of another kind.

export const name = manifestName('sample');
export const layout = pinLayout(pinPath('/sys/fs/bpf/property'), name);

const objectNames = ['a', 'a-b', 'B'];
const programNames = ['first', 'größe.cold'];
const targetNames = ['vfs_read', 'nf:hook.isra.0'];
const versions = [1, 2, 3, 4, 5] as const;
type Version = (typeof versions)[number];

const definition = { type: 'array', keySize: 4, valueSize: 8, maxEntries: 4, flags: 0 };

function digestOf(object: string, version: Version) {
  return objectDigest(`${objectNames.indexOf(object)}${version}`.padEnd(32, '0'));
}

/** Where it is shared. */
export const sharedPin = pinPath('/sys/fs/bpf/shared/hits');

function shapeOf(text: string, version: Version): MapShape {
  return text === 'hits' && version === 4 ? { ...definition, maxEntries: 8 } : definition;
}

function mapsOf(version: Version): readonly DesiredMap[] {
  const names = [
    'hits',
    '.rodata',
    ...(version === 2 ? ['hits.more'] : []),
    ...(version === 3 ? [] : ['.bss.x']),
  ];
  return names.map((text) => ({
    name: mapName(text),
    internal: text.startsWith('.'),
    shape: shapeOf(text, version),
    sharedAt: text === 'hits' && version === 5 ? sharedPin : undefined,
    recreate: text === 'hits' && version !== 5,
  }));
}

function memoryObject(version: Version): MemoryObject {
  const maps = new Map(mapsOf(version).map(({ name: map, shape }) => [map, shape]));
  return { maps, rejected: new Map(), untraceable: new Set() };
}

const instances = objectNames.flatMap((object) => versions.map((version) => ({ object, version })));

export const memoryObjects: MemoryObjects = new Map(
  instances.map(({ object, version }) => [digestOf(object, version), memoryObject(version)]),
);

export const images: Images = new Map(
  [...memoryObjects.keys()].map((digest) => [
    digest,
    { file: `/${digest}.o`, bytes: new Uint8Array(), digest },
  ]),
);

/** Only what is attached by exchange can be paused. */
const ways: readonly Pick<DesiredProgram, 'state' | 'replace'>[] = [
  { state: 'attached', replace: 'exchange' },
  { state: 'attached', replace: 'exchange' },
  { state: 'attached', replace: 'overlap' },
  { state: 'attached', replace: 'gap' },
  { state: 'paused', replace: 'exchange' },
  { state: 'loaded', replace: 'exchange' },
  { state: 'loaded', replace: 'overlap' },
];

function attachTypeOf(program: string, version: Version): AttachType {
  return program === 'first' && (version === 2 || version === 4) ? 'fexit' : 'fentry';
}

/** As all versions of it are; which kind it is, is told by the version. */
const desiredProgram: fc.Arbitrary<DesiredProgram> = fc
  .record({
    program: fc.constantFrom(...programNames),
    target: fc.constantFrom(...targetNames),
    way: fc.constantFrom(...ways),
    protect: fc.boolean(),
  })
  .map(({ program, target, way, protect }) => ({
    program: programName(program),
    target: kernelFunction(target),
    targetBtfId: targetNames.indexOf(target) + 1,
    home: target.includes(':') ? { kind: 'module', btfObjectId: 77 } : undefined,
    attachType: 'fentry' as const,
    ...way,
    protect,
  }));

const desiredObject: fc.Arbitrary<DesiredObject> = fc
  .record({
    object: fc.constantFrom(...objectNames),
    version: fc.constantFrom(...versions),
    programs: fc.uniqueArray(desiredProgram, {
      minLength: 1,
      maxLength: 4,
      selector: ({ program, target }) => `${program} ${target}`,
    }),
  })
  .map(({ object, version, programs }) => {
    const file = { name: objectName(object), file: '', digest: digestOf(object, version) };
    return atVersion({ ...file, maps: [], programs }, version);
  });

function atVersion(object: DesiredObject, version: Version): DesiredObject {
  const digest = digestOf(object.name, version);
  return {
    ...object,
    file: `/${digest}.o`,
    digest,
    maps: mapsOf(version),
    programs: object.programs.map((one) => {
      return { ...one, attachType: attachTypeOf(one.program, version) };
    }),
  };
}

/** Makes other versions of all objects of a manifest: the same programs on the same functions. */
export const upgrade: fc.Arbitrary<(desired: DesiredState) => DesiredState> = fc
  .constantFrom(...versions)
  .map((version) => (desired) => {
    return { ...desired, objects: desired.objects.map((object) => atVersion(object, version)) };
  });

export const desiredState: fc.Arbitrary<DesiredState> = fc
  .uniqueArray(desiredObject, { maxLength: 3, selector: (object) => object.name })
  .map((objects) => ({ name, objects, expansions: [], maxDetach: undefined }));

/** What a manifest may say about the guard. */
export const detachLimit: fc.Arbitrary<DetachLimit | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ percent: fc.constantFrom(0, 25, 50, 100) }),
  fc.record({ count: fc.nat(4) }),
);
