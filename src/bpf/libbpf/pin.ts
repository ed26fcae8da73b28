import { unlink } from '../file-calls.ts';
import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { libbpfSymbol } from './symbols.ts';

/** Opens what is pinned at a path (BPF_OBJ_GET, bpf(2)). */
export function openPin(path: string): Fd {
  return new Fd(checkResult('bpf_obj_get', libbpfSymbol('bpf_obj_get')(path)));
}

/** Pins at a path that must not exist, in a directory of bpffs that does (BPF_OBJ_PIN, bpf(2)). */
export function pin(fd: Fd, path: string): void {
  checkResult('bpf_obj_pin', libbpfSymbol('bpf_obj_pin')(fd.number, path));
}

/** Removes the name; what it stood for lives on while an fd, another pin or a link of the kernel's holds it. */
export function unpin(path: string): void {
  unlink(path);
}
