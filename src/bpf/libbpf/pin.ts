import { unlinkSync } from 'node:fs';
import type { PinPath } from '../../state/ids.ts';
import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { libbpfSymbol } from './symbols.ts';

/** Opens what is pinned at a path (BPF_OBJ_GET, bpf(2)). */
export function openPin(path: PinPath): Fd {
  return new Fd(checkResult('bpf_obj_get', libbpfSymbol('bpf_obj_get')(path)));
}

/** Pins at a path that must not exist, in a directory of bpffs that does (BPF_OBJ_PIN, bpf(2)). */
export function pin(fd: Fd, path: PinPath): void {
  checkResult('bpf_obj_pin', libbpfSymbol('bpf_obj_pin')(fd.number, path));
}

/** Removes the name; what it stood for lives on while an fd, another pin or a link of the kernel's holds it. */
export function unpin(path: PinPath): void {
  unlinkSync(path);
}

/** Attaches a loaded tracing program to the target it was loaded for (BPF_LINK_CREATE; on older kernels libbpf falls back to BPF_RAW_TRACEPOINT_OPEN). */
export function createLink(program: Fd, attachType: number): Fd {
  return new Fd(
    checkResult(
      'bpf_link_create',
      libbpfSymbol('bpf_link_create')(program.number, 0, attachType, null),
    ),
  );
}

/** Opens a link by id; needs CAP_SYS_ADMIN. Throws a `CallError`: ENOENT when there is none. */
export function openLinkById(id: number): Fd {
  return new Fd(checkResult('bpf_link_get_fd_by_id', libbpfSymbol('bpf_link_get_fd_by_id')(id)));
}
