import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { libbpfSymbol } from './symbols.ts';

/** BPF_STATS_RUN_TIME (include/uapi/linux/bpf.h). */
const runTime = 0;

/**
 * Has the kernel count and time the runs of all programs while the fd, or another such, is open (BPF_ENABLE_STATS, Linux 5.8).
 * Throws a `CallError`: EPERM without CAP_SYS_ADMIN, EINVAL on an older kernel.
 */
export function enableRunStats(): Fd {
  return new Fd(checkResult('bpf_enable_stats', libbpfSymbol('bpf_enable_stats')(runTime)));
}
