import type {
  ProgramReference,
  ProgramSearch,
  TargetFunction,
  TargetObjects,
} from '../../state/target-home.ts';
import { exists } from '../bpffs.ts';
import type { Btf } from '../btf/btf.ts';
import { EbpfError } from '../ebpf-error.ts';
import { readPinned } from '../pins/pinned.ts';
import { moduleBtfId } from '../programs/module-btf.ts';
import type { ProgramTarget } from '../programs/target.ts';
import { idsOfTag, targetProgram } from '../programs/target-program.ts';

/** The modules and BPF programs of the running kernel; each module is looked up once. */
export class KernelTargetObjects implements TargetObjects {
  readonly #ids = new Map<string, number | undefined>();

  moduleBtfId(module: string): number | undefined {
    if (!this.#ids.has(module)) this.#ids.set(module, moduleBtfId(module));
    return this.#ids.get(module);
  }

  program(reference: ProgramReference): ProgramSearch {
    if ('pin' in reference) return exists(reference.pin) ? atPin(reference.pin) : { none: true };
    if ('id' in reference) return found(reference.id);
    const ids = idsOfTag(reference.tag);
    const last = ids.at(-1); // those before it may live on only because they are watched
    return last === undefined ? { none: true } : found(last, ids.slice(0, -1));
  }
}

function atPin(pin: string): ProgramSearch {
  const pinned = readPinned(pin);
  if (pinned.kind === 'program') return found(pin);
  return { what: pinned.kind === 'other' ? 'something else' : `a ${pinned.kind}` };
}

function found(program: ProgramTarget['program'], older: readonly number[] = []): ProgramSearch {
  try {
    const { id, btfId, btf, functionTypes } = targetProgram(program);
    const all = btf === undefined ? [] : functionsOf(btf);
    const own = all.filter((one) => functionTypes.has(one.btfId));
    return { id, btfObjectId: btfId, functions: own.length > 0 ? own : all, older };
  } catch (error) {
    if (error instanceof EbpfError && error.code === 'UnknownProgram') return { none: true };
    throw error;
  }
}

function functionsOf(btf: Btf): readonly TargetFunction[] {
  return [...btf.ofKind('function')].map(({ id, name }) => {
    return { name, btfId: id, prototype: btf.prototype(id) };
  });
}
