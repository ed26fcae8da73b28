import process from 'node:process';
import type { Btf } from '../btf/btf.ts';
import { enumerators, membersOfStruct } from './members.ts';

/** What trampolines of a kernel can pass on. */
export interface TrampolineLimits {
  /** 64-bit words of arguments. */
  readonly words: number;
  /** Bytes of a struct that is an argument itself; 0: none may be. */
  readonly structBytes: number;
  /** The same of a union. */
  readonly unionBytes: number;
}

/** MAX_BPF_FUNC_ARGS in include/linux/bpf.h: the verifier takes no more on any architecture. */
export const mostArguments = 12;

/**
 * What this kernel's trampolines can do, told by its types, as distributions carry changes of BPF to older versions. Structs of up to 16
 * bytes came with flags for each argument, in `struct btf_func_model` (Linux 6.1). Two changes left no trace in types, but came in the same
 * release as others that did: that x86-64 takes more than its six registers (Linux 6.6, arch/x86/net/bpf_jit_comp.c) as links to several
 * uprobes, and that unions do as structs (Linux 6.18, kernel/bpf/btf.c) as work of tasks. Elsewhere only the verifier's limit is known.
 */
export function trampolineLimits(btf: Btf, architecture: string = process.arch): TrampolineLimits {
  const links = enumerators(btf, 'bpf_link_type');
  const isNew = links.some(({ name }) => name === 'BPF_LINK_TYPE_UPROBE_MULTI');
  const model = membersOfStruct(btf, 'btf_func_model');
  return {
    words: isNew || architecture !== 'x64' ? mostArguments : 6,
    structBytes: model.some(({ name }) => name === 'arg_flags') ? 16 : 0,
    unionBytes: btf.find('bpf_task_work', 'struct').length > 0 ? 16 : 0,
  };
}
