import { InvalidError } from '../base/errors.ts';
import { mapName, programName } from '../state/ids.ts';
import type {
  AttachType,
  GlobalDescription,
  MapDescription,
  ObjectInfo,
  ProgramDescription,
} from '../state/object-info.ts';
import type { MaxEntries } from '../state/object-settings.ts';
import { Btf } from './btf/btf.ts';
import { elfSection } from './btf/elf-section.ts';
import { globalsOf } from './btf/globals.ts';
import { typeText } from './btf/type-text.ts';
import { mapTypeName } from './map-types.ts';
import { EbpfError } from './ebpf-error.ts';
import { asksForAddress } from './libbpf/helper-calls.ts';
import type { FileMap, FileProgram, ObjectFile } from './libbpf/object-file.ts';
import { shapeInKernel } from './maps/kernel-shape.ts';
import { openObject } from './open-object.ts';
import type { ProgramKind } from './programs/program-kind.ts';
import { meaningOfSection } from './programs/program-kind.ts';

/**
 * Reads what an object file holds; loads nothing and needs no privilege. `maxEntries` says how many entries maps are to
 * have, by name, in place of what the file says. Throws an `InvalidError` with libbpf's own words.
 */
export function inspect(file: string, bytes: Uint8Array, maxEntries: MaxEntries = {}): ObjectInfo {
  using object = open(file, bytes);
  for (const { name } of object.maps()) {
    const count = maxEntries[name];
    if (count !== undefined) object.setMaxEntries(name, count);
  }
  const data = object.btf();
  const btf = data === undefined ? undefined : new Btf(data);
  return {
    programs: describePrograms(object, bytes),
    maps: object.maps().map((map) => describeMap(map, btf)),
    globals: btf === undefined ? [] : describeGlobals(btf),
  };
}

function open(file: string, bytes: Uint8Array): ObjectFile {
  try {
    return openObject(bytes, { name: 'object' });
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    const message = error.message.replace('the object "object"', `"${file}"`);
    throw new InvalidError(message, [], { cause: error, log: error.log });
  }
}

/** Which program calls which function of `.text` is not looked up: what one of them asks for, any may. */
function describePrograms(object: ObjectFile, bytes: Uint8Array): readonly ProgramDescription[] {
  const shared = elfSection(Buffer.from(bytes), '.text');
  const oneMayAsk = shared !== undefined && asksForAddress(shared);
  return object
    .programs()
    .map((program) =>
      describeProgram(program, oneMayAsk || asksForAddress(object.instructionsOf(program.name))),
    );
}

function describeProgram(program: FileProgram, asks: boolean): ProgramDescription {
  const meaning = meaningOfSection(program.section);
  const [, target] = program.section.split('/');
  return {
    name: programName(program.name),
    section: program.section,
    attachType: attachTypeOf(meaning?.kind),
    sectionTarget: target === '' ? undefined : target,
    sleepable: meaning?.sleepable === true,
    asksForAddress: asks,
    instructions: program.instructions,
  };
}

/** What a manifest can run. */
function attachTypeOf(kind: ProgramKind | undefined): AttachType | undefined {
  return kind === 'fentry' || kind === 'fexit' ? kind : undefined;
}

function describeMap(map: FileMap, btf: Btf | undefined): MapDescription {
  const text = (id: number): string | undefined =>
    btf === undefined || id === 0 ? undefined : typeText(btf, id);
  return {
    name: mapName(map.name),
    type: mapTypeName(map.type),
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    flags: map.flags,
    internal: map.internal,
    shape: shapeInKernel(map),
    keyType: text(map.keyTypeId),
    valueType: text(map.valueTypeId),
  };
}

function describeGlobals(btf: Btf): readonly GlobalDescription[] {
  return globalsOf(btf).map(({ name, section, size, typeId }) => ({
    name,
    section,
    type: typeText(btf, typeId),
    size,
  }));
}
