import type { TreeEntry, TreeItem } from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import type { Listed } from '../bpffs.ts';
import { readNote } from '../bpffs.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { readLinkInfo, readMapInfo, readProgramInfo } from '../libbpf/info.ts';
import { openPin } from '../libbpf/pin.ts';
import { missingCapabilities } from '../privileges.ts';
import { PrivilegeError } from '../../base/errors.ts';

/** What an entry of bpffs is, read from the kernel; `undefined` if it is gone by now. */
export function readEntry({ path, kind }: Listed): TreeEntry | undefined {
  if (kind === 'directory') return { path, kind };
  if (kind === 'symlink') return { path, kind: 'note', text: readNote(path) };
  using fd = openIfThere(path);
  return fd === undefined ? undefined : { path, ...readPin(fd) };
}

function openIfThere(path: PinPath): Fd | undefined {
  try {
    return openPin(path);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.errnoName === 'ENOENT') return undefined;
    if (error.errnoName !== 'EPERM' && error.errnoName !== 'EACCES') throw error;
    const missing = missingCapabilities().join(' and ');
    throw new PrivilegeError(
      `may not open the pin "${path}"${missing === '' ? '' : `: missing ${missing}`}`,
      {
        cause: error,
        hint: 'run it as root',
      },
    );
  }
}

function readPin(fd: Fd): TreeItem {
  switch (fd.kind()) {
    case 'program': {
      const program = readProgramInfo(fd);
      return program === undefined
        ? other('a program that is not a tracing program')
        : { kind: 'program', program };
    }
    case 'link': {
      const link = readLinkInfo(fd);
      return link === undefined
        ? other('a link that is not a tracing link')
        : { kind: 'link', link };
    }
    case 'map':
      return { kind: 'map', id: readMapInfo(fd).id };
    case 'other':
      return other('an unknown kind of pin');
  }
}

function other(what: string): TreeItem {
  return { kind: 'other', what };
}
