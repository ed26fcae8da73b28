import { CallError, checkResult, nameOfErrno } from './errno.ts';
import { libbpfSymbol } from './symbols.ts';

/** Flags of BPF_MAP_UPDATE_ELEM (bpf(2)): set it anyhow, only where the key is new, only where it is there. */
export const updateFlags = { any: 0, create: 1, update: 2 } as const;

/**
 * BPF_MAP_LOOKUP_ELEM (bpf(2), Linux 3.18): writes what is at a key into `value`; false when nothing is. Both arrays are
 * as long as the kernel reads and writes, which the caller answers for. Throws a `CallError`, as all calls here.
 */
export function lookUpElement(fd: number, key: Uint8Array, value: Uint8Array): boolean {
  return wasThere('bpf_map_lookup_elem', libbpfSymbol('bpf_map_lookup_elem')(fd, key, value));
}

/** BPF_MAP_UPDATE_ELEM (bpf(2)). */
export function updateElement(fd: number, key: Uint8Array, value: Uint8Array, flags: number): void {
  const call = 'bpf_map_update_elem';
  checkResult(call, libbpfSymbol(call)(fd, key, value, flags));
}

/** BPF_MAP_DELETE_ELEM (bpf(2)); false when the key is not there. */
export function deleteElement(fd: number, key: Uint8Array): boolean {
  return wasThere('bpf_map_delete_elem', libbpfSymbol('bpf_map_delete_elem')(fd, key));
}

/** BPF_MAP_GET_NEXT_KEY (bpf(2)): the first key, the one after a key, or the first again where that key is gone; false at the end. */
export function nextKey(fd: number, key: Uint8Array | null, next: Uint8Array): boolean {
  return wasThere('bpf_map_get_next_key', libbpfSymbol('bpf_map_get_next_key')(fd, key, next));
}

/** Memory of ours for BPF_MAP_LOOKUP_BATCH. */
export interface BatchMemory {
  /** Where to go on, as the kernel notes it: a bucket's number or a key, at least four bytes. */
  readonly from: Uint8Array;
  readonly next: Uint8Array;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

/** `full`: a single bucket has more than fits, try again with more room; `unsupported`, only of the first: go key by key. */
export type BatchEnd = 'more' | 'end' | 'full' | 'unsupported';

/** BPF_MAP_LOOKUP_BATCH came with Linux 5.6 (EINVAL before), for one map type after the other (ENOTSUPP); libbpf's probing says EOPNOTSUPP. */
const unsupported: readonly string[] = ['EINVAL', 'ENOTSUPP', 'EOPNOTSUPP'];

/** BPF_MAP_LOOKUP_BATCH (bpf(2), Linux 5.6): up to `limit` elements from `from` on, or from the start. */
export function lookUpBatch(
  fd: number,
  memory: BatchMemory,
  { isFirst, limit }: { readonly isFirst: boolean; readonly limit: number },
): { readonly end: BatchEnd; readonly count: number } {
  const count = Uint32Array.of(limit);
  const { from, next, keys, values } = memory;
  const call = 'bpf_map_lookup_batch';
  const result = libbpfSymbol(call)(fd, isFirst ? null : from, next, keys, values, count, null);
  return { end: batchEnd(call, result, isFirst), count: count[0] ?? 0 };
}

function batchEnd(call: string, result: number, isFirst: boolean): BatchEnd {
  if (result >= 0) return 'more';
  const errno = nameOfErrno(-result);
  if (errno === 'ENOENT') return 'end'; // what was read is there all the same (kernel/bpf/hashtab.c)
  if (errno === 'ENOSPC') return 'full';
  if (isFirst && unsupported.includes(errno)) return 'unsupported';
  throw new CallError(call, -result);
}

/** How many processors this machine may ever have, which is how many values a per-CPU element has. */
export function possibleCpus(): number {
  const call = 'libbpf_num_possible_cpus';
  return checkResult(call, libbpfSymbol(call)());
}

function wasThere(call: string, result: number): boolean {
  if (result < 0 && nameOfErrno(-result) === 'ENOENT') return false;
  checkResult(call, result);
  return true;
}
