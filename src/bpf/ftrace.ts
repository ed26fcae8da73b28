import { readFileSync } from 'node:fs';
import { EbpfError } from './ebpf-error.ts';

/**
 * Throws an `EbpfError` `AttachFailed` while ftrace is switched off. Some kernels then refuse to attach (EBUSY), others, as
 * 6.1, attach and call nothing: register_ftrace_direct_multi lacks FTRACE_OPS_FL_PERMANENT (kernel/trace/ftrace.c).
 */
export function requireFtrace(doing: string): void {
  if (!isOff()) return;
  throw new EbpfError(
    'AttachFailed',
    `cannot ${doing}: ftrace is switched off, so that nothing would call it`,
    {
      hint: 'sysctl -w kernel.ftrace_enabled=1',
      isPassing: true,
    },
  );
}

function isOff(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/ftrace_enabled', 'latin1').startsWith('0');
  } catch {
    return false; // no such switch, or not ours to read: the kernel's own answer has to do
  }
}
