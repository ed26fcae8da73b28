import type { LinkedProgram } from '../libbpf/load-options.ts';
import { encodedProgram } from '../programs/encoded-program.ts';

/** What the kernel shows of a dispatcher. */
export const dispatcherName = 'fentryctl_call';

/**
 * Six instructions: run the program that is in slot 0 of a PROG_ARRAY, in place of this one; when there is none, return 0.
 * The context, in r1, passes on untouched (Documentation/bpf/standardization/instruction-set.rst).
 */
export function dispatcherCode(name: string, arrayFd: number): LinkedProgram {
  const program = encodedProgram(name, [
    '1812000000000000', // r2 = map by fd (BPF_LD_IMM64 with BPF_PSEUDO_MAP_FD), its first half
    '0000000000000000',
    'b703000000000000', // r3 = 0
    '850000000c000000', // call bpf_tail_call
    'b700000000000000', // r0 = 0
    '9500000000000000', // exit
  ]);
  program.instructions.writeInt32LE(arrayFd, 4);
  return program;
}
