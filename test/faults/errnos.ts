import { constants } from 'node:os';

/** What is injected. */
export type ErrnoName =
  | 'EPERM'
  | 'ENOMEM'
  | 'EBUSY'
  | 'EINTR'
  | 'EAGAIN'
  | 'ENOSPC'
  | 'EIO'
  | 'EMFILE'
  | 'E2BIG';

/**
 * Which of them each call can fail with. EPERM of every bpf(2) is a security module's (security_bpf), ENOMEM that of any
 * allocation; E2BIG a `union bpf_attr` or an array that is too large; ENOSPC no id left (idr_alloc_cyclic), no inode
 * (bpf_get_inode in kernel/bpf/inode.c), or a verifier log that is too short.
 */
const errnos: Readonly<Record<string, readonly ErrnoName[]>> = {
  // kernel/bpf/syscall.c
  bpf_map_create: ['EPERM', 'ENOMEM', 'ENOSPC', 'EMFILE', 'E2BIG'],
  bpf_map_lookup_elem: ['EPERM', 'ENOMEM'],
  bpf_map_update_elem: ['EPERM', 'ENOMEM', 'EBUSY', 'E2BIG'],
  bpf_map_delete_elem: ['EPERM', 'ENOMEM', 'EBUSY'],
  bpf_prog_load: ['EPERM', 'ENOMEM', 'EAGAIN', 'ENOSPC', 'EMFILE', 'E2BIG'], // EAGAIN: a signal came (verifier.c)
  bpf_link_create: ['EPERM', 'ENOMEM', 'EBUSY', 'ENOSPC', 'EMFILE', 'E2BIG'],
  bpf_obj_pin: ['EPERM', 'ENOMEM', 'ENOSPC'],
  bpf_obj_get: ['EPERM', 'ENOMEM', 'EMFILE'],
  bpf_obj_get_info_by_fd: ['EPERM', 'ENOMEM', 'E2BIG'],
  bpf_prog_get_fd_by_id: ['EPERM', 'ENOMEM', 'EMFILE'],
  bpf_link_get_fd_by_id: ['EPERM', 'ENOMEM', 'EAGAIN', 'EMFILE'],
  // fcntl(2), and BPF_OBJ_GET_INFO_BY_FD
  bpf_map__reuse_fd: ['EPERM', 'ENOMEM', 'EMFILE'],
  // opens files, makes maps, loads BTF and programs, writes to maps, pins, makes directories
  bpf_object__load: ['EPERM', 'ENOMEM', 'EBUSY', 'EAGAIN', 'ENOSPC', 'EIO', 'EMFILE', 'E2BIG'],
  // their man pages in section 2
  mkdir: ['EPERM', 'ENOMEM', 'ENOSPC'],
  symlink: ['EPERM', 'ENOMEM', 'ENOSPC', 'EIO'],
  unlink: ['EPERM', 'ENOMEM', 'EBUSY', 'EIO'],
  rmdir: ['EPERM', 'ENOMEM', 'EBUSY'],
  close: ['EINTR', 'ENOSPC', 'EIO'],
};

/** What a call can fail with; nothing for those that do not tell how they went. */
export function errnosOf(call: string): readonly ErrnoName[] {
  return errnos[call] ?? [];
}

export function numberOf(errno: ErrnoName): number {
  return constants.errno[errno];
}
