import type { Taken } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import { isSymlink, permitted, readNote, writeNote } from '../bpffs.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { readLinkInfo } from '../libbpf/info.ts';
import { openLinkById, openPin, pin, unpin } from '../libbpf/pin.ts';

/** Milliseconds that a link may take to go after its last reference went, and between looks. */
const patience = 2000;
const pause = 2;

/** Removes a name from bpffs and holds what it stood for. */
export function takePin(path: PinPath): Taken {
  return isSymlink(path) ? takeNote(path) : takeFd(path);
}

function takeNote(path: PinPath): Taken {
  const text = readNote(path);
  permitted(`remove "${path}"`, () => unpin(path));
  return { restore: () => writeNote(path, text), release: () => undefined };
}

function takeFd(path: PinPath): Taken {
  const fd = openPin(path);
  const linkId = fd.kind() === 'link' ? readLinkInfo(fd)?.id : undefined;
  try {
    permitted(`remove "${path}"`, () => unpin(path));
  } catch (error) {
    fd[Symbol.dispose]();
    throw error;
  }
  return { restore: () => restore(fd, path), release: () => release(fd, path, linkId) };
}

function restore(fd: Fd, path: PinPath): void {
  using held = fd;
  pin(held, path);
}

function release(fd: Fd, path: PinPath, linkId: number | undefined): void {
  fd[Symbol.dispose](); // the last close(2) of a link detaches it before it returns (kernel/bpf/syscall.c, bpf_link_put)
  if (linkId !== undefined) proveDetached(linkId, path);
}

/** A link that is gone has no id any more. Needs CAP_SYS_ADMIN to ask; without it the unlink has to do. */
function proveDetached(linkId: number, path: PinPath): void {
  const deadline = performance.now() + patience;
  while (isAlive(linkId)) {
    if (performance.now() > deadline) {
      throw new FailedError(
        `link ${linkId} of "${path}" was unpinned but is still attached: somebody else holds it`,
        {
          hint: `find the holder: a process with the link open, or another pin of it ("bpftool -f link show id ${linkId}")`,
        },
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}

function isAlive(linkId: number): boolean {
  try {
    openLinkById(linkId)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (error instanceof CallError && ['ENOENT', 'EPERM', 'EACCES'].includes(error.errnoName))
      return false;
    throw error;
  }
}
