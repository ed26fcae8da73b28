import { isMainThread } from 'node:worker_threads';
import koffi from 'koffi';
import { tellWitness } from '../call.ts';
import { libbpfSymbol, libcSymbol } from './symbols.ts';

/** libbpf's print levels (bpf/libbpf.h, `enum libbpf_print_level`): warn 0, info 1, debug 2. */
const lastKeptLevel = 1;

let captured: string[] | undefined;
let installed = false;

/**
 * Runs a call and keeps what libbpf prints meanwhile, verifier logs included, whole. Without this libbpf writes to
 * stderr. Not reentrant, and needs not be: libbpf is called synchronously. Nothing is kept in a worker thread.
 */
export function withMessages<Result>(call: () => Result): {
  readonly result: Result;
  readonly messages: string;
} {
  install();
  const outer = captured;
  const mine: string[] = [];
  captured = mine;
  try {
    return { result: call(), messages: mine.join('') };
  } finally {
    captured = outer;
  }
}

function install(): void {
  if (installed || !isMainThread) return; // libbpf has one print function, which would end with the worker
  const type = koffi.proto('int libbpf_print(int level, const void *format, void *list)');
  libbpfSymbol('libbpf_set_print')(koffi.register(print, koffi.pointer(type)));
  installed = true;
}

/** The third argument is a `va_list`, which x86-64 and arm64 both pass as a pointer that vasprintf(3) takes as it is. */
function print(level: number, format: bigint, list: bigint): number {
  if (level > lastKeptLevel) tellWitness(() => written(format, list));
  else captured?.push(written(format, list));
  return 0;
}

function written(format: bigint, list: bigint): string {
  const out: [string | null] = [null];
  return libcSymbol('vasprintf')(out, format, list) >= 0 ? (out[0] ?? '') : '';
}
