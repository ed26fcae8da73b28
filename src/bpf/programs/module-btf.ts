import { openModuleBtf } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import { readBtfId } from '../libbpf/info.ts';

/**
 * The id of a loaded module's BTF, another one each time that the module is loaded; `undefined` where there is none, and
 * without CAP_SYS_ADMIN, which going through ids takes.
 */
export function moduleBtfId(module: string): number | undefined {
  try {
    using fd = openModuleBtf(module);
    return fd === undefined ? undefined : readBtfId(fd.number);
  } catch (error) {
    if (error instanceof CallError && error.errnoName === 'EPERM') return undefined;
    throw error;
  }
}
