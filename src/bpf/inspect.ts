import { InvalidError } from '../base/errors.ts';
import { mapName, programName } from '../state/ids.ts';
import type {
  AttachType,
  GlobalDescription,
  MapDescription,
  ObjectInfo,
  ProgramDescription,
} from '../state/object-info.ts';
import { Btf } from './btf/btf.ts';
import { globalsOf } from './btf/globals.ts';
import { typeText } from './btf/type-text.ts';
import { mapTypeName } from './map-types.ts';
import { CallError } from './libbpf/errno.ts';
import { attachTypeNumbers } from './libbpf/info.ts';
import type { FileMap, FileProgram } from './libbpf/object-file.ts';
import { ObjectFile } from './libbpf/object-file.ts';
import { reasonFromMessages } from './messages.ts';

const tracing = 26; // BPF_PROG_TYPE_TRACING
const sleepable = 16; // BPF_F_SLEEPABLE

/** Reads what an object file holds; loads nothing and needs no privilege. Throws an `InvalidError` with libbpf's own words. */
export function inspect(file: string, bytes: Uint8Array): ObjectInfo {
  using object = open(file, bytes);
  const data = object.btf();
  const btf = data === undefined ? undefined : new Btf(data);
  return {
    programs: object.programs().map(describeProgram),
    maps: object.maps().map((map) => describeMap(map, btf)),
    globals: btf === undefined ? [] : describeGlobals(btf),
  };
}

function open(file: string, bytes: Uint8Array): ObjectFile {
  try {
    return new ObjectFile('object', bytes);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const reason = reasonFromMessages(error.log) ?? error.errnoName;
    throw new InvalidError(`libbpf cannot read "${file}": ${reason}`, [], {
      cause: error,
      log: error.log,
    });
  }
}

function describeProgram(program: FileProgram): ProgramDescription {
  const [, target] = program.section.split('/');
  return {
    name: programName(program.name),
    section: program.section,
    attachType: attachTypeOf(program),
    sectionTarget: target === '' ? undefined : target,
    sleepable: (program.flags & sleepable) !== 0,
    instructions: program.instructions,
  };
}

function attachTypeOf(program: FileProgram): AttachType | undefined {
  if (program.type !== tracing) return undefined;
  const types: readonly AttachType[] = ['fentry', 'fexit'];
  return types.find((type) => attachTypeNumbers[type] === program.attachType);
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
