import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { libbpfSymbol } from './symbols.ts';

/** `BPF_STATS_RUN_TIME` (include/uapi/linux/bpf.h). */
const runTime = 0;

/** BPF_ENABLE_STATS (bpf(2), Linux 5.8; CAP_SYS_ADMIN): programs' runs are counted while the fd is open. Throws a `CallError`. */
export function enableStats(): Fd {
  const call = 'bpf_enable_stats';
  return new Fd(checkResult(call, libbpfSymbol(call)(runTime)));
}
