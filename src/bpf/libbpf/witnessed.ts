import koffi from 'koffi';
import { makeCall } from '../call.ts';

/** libbpf's functions that make system calls, which return `-errno` when one fails. `bpf_object__load` makes many. */
const refusable: ReadonlySet<string> = new Set([
  'bpf_object__load',
  'bpf_map__reuse_fd',
  'bpf_map_create',
  'bpf_map_lookup_elem',
  'bpf_map_update_elem',
  'bpf_map_delete_elem',
  'bpf_map_get_next_key',
  'bpf_map_lookup_batch',
  'bpf_obj_get',
  'bpf_obj_pin',
  'bpf_obj_get_info_by_fd',
  'bpf_prog_load',
  'bpf_link_create',
  'bpf_enable_stats',
  'bpf_prog_get_next_id',
  'bpf_link_get_next_id',
  'bpf_btf_get_next_id',
  'bpf_prog_get_fd_by_id',
  'bpf_link_get_fd_by_id',
  'bpf_btf_get_fd_by_id',
  'bpf_map_get_fd_by_id',
]);

/** Those that only close, and do not tell how it went. */
const closing: ReadonlySet<string> = new Set(['bpf_object__close', 'bpf_program__unload']);

/** One of libbpf's functions, which passes by the witness of calls if it makes any; its `async` form does not. */
export function witnessed(name: string, symbol: unknown): unknown {
  if (typeof symbol !== 'function' || !(refusable.has(name) || closing.has(name))) return symbol;
  const isClosing = closing.has(name);
  const call = (...args: readonly unknown[]): unknown => {
    const make = (): unknown => Reflect.apply(symbol, undefined, args) as unknown; // typed where it is called
    return makeCall(name, make, isClosing ? make : refuse);
  };
  return Object.assign(call, { async: 'async' in symbol ? symbol.async : undefined });
}

/** As libbpf does: `-1` is EPERM, or stands for what is in errno. */
function refuse(errno: number): number {
  koffi.errno(errno);
  return -errno;
}
