import { CallError, checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { readBtfName } from './info.ts';
import { libbpfSymbol } from './symbols.ts';

/** Opening things by id, and going through ids, take CAP_SYS_ADMIN (bpf(2), kernel/bpf/syscall.c). */
type Getter =
  | 'bpf_prog_get_fd_by_id'
  | 'bpf_link_get_fd_by_id'
  | 'bpf_btf_get_fd_by_id'
  | 'bpf_map_get_fd_by_id';
type Next = 'bpf_prog_get_next_id' | 'bpf_link_get_next_id' | 'bpf_btf_get_next_id';

/** Throws a `CallError`: ENOENT when there is no such program. */
export function openProgramById(id: number): Fd {
  return open('bpf_prog_get_fd_by_id', id);
}

/** Throws a `CallError`: ENOENT when there is no such BTF. */
export function openBtfById(id: number): Fd {
  return open('bpf_btf_get_fd_by_id', id);
}

/** Throws a `CallError`: ENOENT when there is no such map. */
export function openMapById(id: number): Fd {
  return open('bpf_map_get_fd_by_id', id);
}

/** All loaded programs, each open while it is looked at; what goes meanwhile is left out. */
export function eachProgram(): Generator<Fd> {
  return each('bpf_prog_get_next_id', 'bpf_prog_get_fd_by_id');
}

/** All links, in the same way (Linux 5.8). */
export function eachLink(): Generator<Fd> {
  return each('bpf_link_get_next_id', 'bpf_link_get_fd_by_id');
}

/**
 * The BTF of a module of exactly that name; `undefined` where none is loaded, or it has no BTF (Linux 5.11). The last one:
 * ids only grow, and a program may keep the BTF of a module that was unloaded and loaded again.
 */
export function openModuleBtf(module: string): Fd | undefined {
  let found: Fd | undefined;
  for (const id of ids('bpf_btf_get_next_id')) {
    const fd = openIfThere('bpf_btf_get_fd_by_id', id);
    if (fd === undefined) continue;
    const isIt = readBtfName(fd.number) === module;
    (isIt ? found : fd)?.[Symbol.dispose]();
    if (isIt) found = fd;
  }
  return found;
}

function* each(next: Next, getter: Getter): Generator<Fd> {
  for (const id of ids(next)) {
    using fd = openIfThere(getter, id);
    if (fd !== undefined) yield fd;
  }
}

function* ids(next: Next): Generator<number> {
  for (let id = 0; ;) {
    const found: [number] = [0];
    const result = libbpfSymbol(next)(id, found);
    if (result < 0 && new CallError(next, -result).errnoName === 'ENOENT') return;
    checkResult(next, result);
    [id] = found;
    yield id;
  }
}

/** EAGAIN: a link that is just being made has an id, but cannot be opened yet (kernel/bpf/syscall.c, bpf_link_by_id). */
function openIfThere(getter: Getter, id: number): Fd | undefined {
  try {
    return open(getter, id);
  } catch (error) {
    if (error instanceof CallError && ['ENOENT', 'EAGAIN'].includes(error.errnoName)) {
      return undefined;
    }
    throw error;
  }
}

function open(getter: Getter, id: number): Fd {
  return new Fd(checkResult(getter, libbpfSymbol(getter)(id)));
}
