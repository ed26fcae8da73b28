import { readFileSync } from 'node:fs';
import { UnsupportedError } from '../../base/errors.ts';
import type { FunctionCatalog } from '../../state/function-catalog.ts';
import { Btf } from '../btf/btf.ts';

/** Where the kernel shows its own BTF: Linux 5.4 and later, built with CONFIG_DEBUG_INFO_BTF. */
const vmlinux = '/sys/kernel/btf/vmlinux';

/** The functions of the running kernel, modules not included. Throws an `UnsupportedError` where it has no BTF. */
export function kernelFunctions(): FunctionCatalog {
  return new Btf(readVmlinux());
}

function readVmlinux(): Buffer {
  try {
    return readFileSync(vmlinux);
  } catch (error) {
    throw new UnsupportedError(`this kernel has no BTF ("${vmlinux}")`, {
      hint: 'fentry programs need a kernel built with CONFIG_DEBUG_INFO_BTF=y; distributions have it since about Linux 5.10',
      cause: error,
    });
  }
}
