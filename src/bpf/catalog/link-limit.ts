import type { Btf } from '../btf/btf.ts';
import { BtfKind } from '../btf/btf-type.ts';
import { membersOfStruct } from './members.ts';

/** What a trampoline is made for: `bpf_tramp_links` since Linux 5.19, `bpf_tramp_progs` before, and what 7.x has in their place. */
const structs = ['bpf_tramp_links', 'bpf_tramp_progs', 'bpf_tramp_nodes'];

/**
 * How many links, of all kinds together, a function takes before E2BIG: BPF_MAX_TRAMP_LINKS of include/linux/bpf.h (38 on
 * most; each kernel and architecture has its own), as the length of the array that holds them. `undefined` where no type tells.
 */
export function trampolineLinkLimit(btf: Btf): number | undefined {
  const arrays = structs
    .flatMap((name) => membersOfStruct(btf, name))
    .map(({ typeId }) => btf.type(typeId))
    .filter((type) => type?.kind === BtfKind.array);
  return arrays[0]?.words[2];
}
