import { readLinkInfo } from '../libbpf/info.ts';
import type { ProgramKind } from '../programs/program-kind.ts';
import { kindOfAttachType } from '../programs/program-kind.ts';

/** What the kernel tells of a link (`struct bpf_link_info`, include/uapi/linux/bpf.h; Linux 5.8). */
export interface LinkInfo {
  readonly id: number;
  /** As bpftool writes it: `tracing`, `perf_event`, `xdp`, … */
  readonly type: string;
  readonly programId: number;
  /** How a tracing link attaches its program; `undefined` for other links. */
  readonly attachType: ProgramKind | undefined;
  /** The BTF object of the function, or the program's id for a BPF program as target; `undefined` before Linux 5.13. */
  readonly targetObjectId: number | undefined;
  /** The function within it; `undefined` before Linux 5.13, and for other links. */
  readonly targetBtfId: number | undefined;
}

/** Names of `enum bpf_link_type`, by number. */
const names: readonly string[] = [
  'unspec',
  'raw_tracepoint',
  'tracing',
  'cgroup',
  'iter',
  'netns',
  'xdp',
  'perf_event',
  'kprobe_multi',
  'struct_ops',
  'netfilter',
  'tcx',
  'uprobe_multi',
  'netkit',
  'sockmap',
  'tracing_multi',
];

/** Offsets in `struct bpf_link_info`; the last three are those of its tracing part. */
const at = { type: 0, id: 4, programId: 8, attachType: 16, targetObjectId: 20, targetBtfId: 24 };

/** Reads it by fd. Throws a `CallError` where the kernel does not let it. */
export function linkInfo(fd: number): LinkInfo {
  const { bytes } = readLinkInfo(fd);
  const u32 = (offset: number): number => bytes.readUInt32LE(offset);
  const type = names[u32(at.type)] ?? String(u32(at.type));
  const ofTracing = <Value>(value: Value): Value | undefined =>
    type === 'tracing' ? value : undefined;
  return {
    id: u32(at.id),
    type,
    programId: u32(at.programId),
    attachType: ofTracing(kindOfAttachType(u32(at.attachType))),
    targetObjectId: ofTracing(u32(at.targetObjectId) || undefined), // before 5.13 the kernel leaves it at 0
    targetBtfId: ofTracing(u32(at.targetBtfId) || undefined),
  };
}
