import { didYouMean } from '../base/suggest.ts';
import type { Btf } from './btf/btf.ts';
import type { Global } from './btf/globals.ts';
import { globalsOf } from './btf/globals.ts';
import { EbpfError } from './ebpf-error.ts';
import type { ObjectFile } from './libbpf/object-file.ts';
import { encodeValue } from './values/encode-value.ts';
import type { Value } from './values/value.ts';

/** Written by libbpf at load, from the kernel's configuration. */
const notOurs = '.kconfig';

/**
 * Writes values into the data sections of an object that is not loaded yet. All names and values are checked against
 * its BTF. `UnknownGlobal` suggests near names; `InvalidValue` names the declared type.
 */
export function setGlobals(
  object: ObjectFile,
  btf: Btf | undefined,
  values: Readonly<Record<string, Value>>,
): void {
  const globals = btf === undefined ? [] : globalsOf(btf);
  for (const [name, value] of Object.entries(values)) {
    const global = findGlobal(globals, name);
    if (btf === undefined) continue; // there are no globals then, and none was found
    const bytes = encodeValue(btf, global.typeId, value, name);
    object.writeInitialValue(global.section, global.offset, bytes);
  }
}

/** The global that a setting means; of several static ones with one name, none can be meant. Throws an `UnknownGlobal`. */
export function findGlobal(globals: readonly Global[], name: string): Global {
  const settable = globals.filter(({ section }) => section !== notOurs);
  const [found, another] = settable.filter((global) => global.name === name);
  if (found !== undefined && another === undefined) return found;
  if (found !== undefined) {
    throw new EbpfError('UnknownGlobal', `the object has several global variables "${name}"`);
  }
  const names = settable.map((global) => global.name);
  const hint = didYouMean(name, names) ?? `it has ${names.join(', ') || 'none'}`;
  throw new EbpfError('UnknownGlobal', `the object has no global variable "${name}"`, { hint });
}
