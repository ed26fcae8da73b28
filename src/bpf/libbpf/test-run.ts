import { checkResult } from './errno.ts';
import { libbpfSymbol } from './symbols.ts';

/**
 * BPF_PROG_TEST_RUN of a tracing program (Linux 5.7): the kernel calls its functions for tests, `bpf_fentry_test1` and
 * those after it (net/bpf/test_run.c, bpf_prog_test_run_tracing), and not the program itself. Throws a `CallError`.
 */
export function callTestFunctions(programFd: number): void {
  const call = 'bpf_prog_test_run_opts';
  checkResult(call, libbpfSymbol(call)(programFd, null));
}
