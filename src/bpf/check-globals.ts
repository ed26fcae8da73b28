import type { GlobalProblem, GlobalValues, SettingValue } from '../state/object-settings.ts';
import { Btf } from './btf/btf.ts';
import type { Global } from './btf/globals.ts';
import { globalsOf } from './btf/globals.ts';
import { EbpfError } from './ebpf-error.ts';
import { openObject } from './open-object.ts';
import { findGlobal } from './set-globals.ts';
import { failuresOf } from './values/encode-value.ts';

/**
 * What is wrong with values for the global variables of an object, all of it; `setGlobals` takes what has nothing wrong.
 * Loads nothing and needs no privilege; the bytes are those of an object that `inspect` could read.
 */
export function checkGlobals(bytes: Uint8Array, values: GlobalValues): readonly GlobalProblem[] {
  using object = openObject(bytes, { name: 'object' });
  const data = object.btf();
  if (data === undefined) return [];
  const btf = new Btf(data);
  const globals = globalsOf(btf);
  return Object.entries(values).flatMap(([name, value]) => checkOne(btf, globals, name, value));
}

function checkOne(
  btf: Btf,
  globals: readonly Global[],
  name: string,
  value: SettingValue,
): readonly GlobalProblem[] {
  try {
    const { typeId } = findGlobal(globals, name);
    return failuresOf(btf, typeId, value, name).map(({ path, of, error }) => {
      return { path, of, code: 'bad-global', message: error.message, hint: error.hint };
    });
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    const { message, hint } = error;
    return [{ path: [name], of: 'key', code: 'no-such-global', message, hint }];
  }
}
