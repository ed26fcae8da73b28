import { kernelBtf } from './btf/kernel-btf.ts';
import { EbpfError } from './ebpf-error.ts';
import { explain } from './explain.ts';
import type { LinkedProgram } from './libbpf/load-options.ts';
import { createSingleValue, singleValue } from './libbpf/single-value.ts';
import { callTestFunctions } from './libbpf/test-run.ts';
import { encodedProgram } from './programs/encoded-program.ts';
import { FEntry } from './programs/fentry.ts';
import { startFromCode } from './programs/start-from-code.ts';

/** Exists for tests alone, on every kernel with BPF and networking (net/bpf/test_run.c): nobody notices. */
const target = 'bpf_fentry_test1';

/**
 * Loads a program, attaches it, has its function called, and takes it away again (Linux 5.7). Throws what `FEntry.load`
 * and `attach` throw, and `AttachFailed` where the kernel attaches it and then does not call it: Linux 6.1 does so while
 * ftrace is switched off (kernel/trace/ftrace.c, ftrace_startup_enable).
 */
export function tryTrampoline(): void {
  using runs = createRuns();
  using program = new FEntry(startFromCode(notesRun('fentryctl_try', runs.number)));
  program.load(target, kernelBtf());
  program.attach();
  callTestFunctions(program.fd);
  if (singleValue(runs) === 1n) return;
  throw new EbpfError(
    'AttachFailed',
    `the kernel attached a program to "${target}", and never calls it`,
    {
      hint: 'see /proc/sys/kernel/ftrace_enabled',
    },
  );
}

function createRuns(): ReturnType<typeof createSingleValue> {
  try {
    return createSingleValue('fentryctl_try');
  } catch (error) {
    throw explain(error, 'create', 'make a map');
  }
}

/** Writes 1 into a map's only value. */
function notesRun(name: string, mapFd: number): LinkedProgram {
  const program = encodedProgram(name, [
    '1821000000000000', // r1 = address of the map's value (BPF_LD_IMM64 with BPF_PSEUDO_MAP_VALUE), its first half
    '0000000000000000',
    'b702000001000000', // r2 = 1
    '7b21000000000000', // *(u64 *)(r1 + 0) = r2
    'b700000000000000', // r0 = 0
    '9500000000000000', // exit
  ]);
  program.instructions.writeInt32LE(mapFd, 4);
  return program;
}
