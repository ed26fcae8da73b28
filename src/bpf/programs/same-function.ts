import type { Btf } from '../btf/btf.ts';
import { kernelSymbols } from '../catalog/kernel-symbols.ts';

/**
 * Whether types of one name can only be one function: BTF has a function again where it was declared with other names for
 * its parameters, as it has the stubs that stand in for system calls (kernel/sys_ni.c; 172 of them on Debian's 6.1, and 409 names
 * in all). Its parameters then are of the same types, and the kernel has one symbol of that name, which is where it attaches
 * (`kallsyms_lookup_name` in kernel/bpf/verifier.c). False where /proc/kallsyms cannot be read.
 */
export function areSameFunction(
  btf: Btf,
  name: string,
  ids: readonly number[],
  module?: string,
): boolean {
  const signatures = new Set(ids.map((id) => signatureOf(btf, id)));
  return signatures.size === 1 && kernelSymbols()?.count(name, module) === 1;
}

/** The types that it takes and returns, without names. */
function signatureOf(btf: Btf, id: number): string {
  const prototype = btf.type(btf.type(id)?.sizeOrType ?? 0);
  const words = Array.from(prototype?.words ?? []);
  return [prototype?.sizeOrType, ...words.filter((_, index) => index % 2 === 1)].join(' ');
}
