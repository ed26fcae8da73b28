import type { Mount } from '../bpf/mounts.ts';

/** What a file of /proc or /sys says; `missing` if there is none, `unreadable` if it is not ours to read. */
export type Contents = { readonly text: string } | 'missing' | 'unreadable';

/** All that the checks judge by, as plain data. */
export interface Facts {
  /** As `uname -r` gives it, and Node's name of the processor. */
  readonly kernel: { readonly release: string; readonly architecture: string };
  /** Size of /sys/kernel/btf/vmlinux in bytes. */
  readonly btfSize: number | 'missing' | 'unreadable';
  /** /sys/kernel/security/lockdown. */
  readonly lockdown: Contents;
  /** /proc/sys/net/core/bpf_jit_enable. */
  readonly jit: Contents;
  /** /proc/sys/kernel/ftrace_enabled. */
  readonly ftrace: Contents;
  /** Whether available_filter_functions of tracefs can be read. */
  readonly traceable: 'readable' | 'missing' | 'unreadable';
  readonly bpffs: BpffsFacts;
  /** The effective ones, as bits (capabilities(7)). */
  readonly capabilities: bigint;
  /** Version, or why it cannot be loaded. */
  readonly libbpf: { readonly version: string } | { readonly error: string };
  /** RLIMIT_MEMLOCK, soft, in bytes; `Infinity` where there is no limit. */
  readonly memlock: number;
}

export interface BpffsFacts {
  /** Where the pins are to go. */
  readonly root: string;
  /** Mount points of BPF file systems in /proc/self/mountinfo, in the order of mounting. */
  readonly mounts: readonly Mount[];
  /** Whether the nearest directory of the root that exists is in one. */
  readonly isBpffs: boolean;
  /** That directory, and whether this process may write there. */
  readonly nearest: string;
  readonly isWritable: boolean;
  /** What may hide or close bpffs to this process. */
  readonly sandbox: string | undefined;
}
