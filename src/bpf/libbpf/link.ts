import { closeFdAsync } from '../file-calls.ts';
import { CallError, checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { promised } from './promised.ts';
import { libbpfSymbol } from './symbols.ts';

/** `struct bpf_link_create_opts` (bpf/bpf.h of 1.0), as far as its cookie for tracing programs. */
const options = { size: 40, cookie: 32 } as const;
const call = 'bpf_link_create';

/**
 * Attaches a loaded program to the function it was loaded for (BPF_LINK_CREATE, Linux 5.19; before that libbpf falls
 * back to BPF_RAW_TRACEPOINT_OPEN). `cookie` is what the program gets from `bpf_get_attach_cookie`. Throws a `CallError`.
 */
export function createLink(programFd: number, attachType: number, cookie: bigint): Fd {
  const result = libbpfSymbol(call)(programFd, 0, attachType, optionsFor(cookie));
  return new Fd(checkResult(call, result));
}

/** The same on a thread of the pool: an attach can wait for a detach just before it, or for other processors. */
export async function createLinkAsync(
  programFd: number,
  attachType: number,
  cookie: bigint,
): Promise<Fd> {
  const bytes = optionsFor(cookie);
  const result = await promised<number>((done) =>
    libbpfSymbol(call).async(programFd, 0, attachType, bytes, done),
  );
  if (result < 0) throw new CallError(call, -result); // errno itself belongs to the other thread
  return new Fd(result);
}

/** Whether a link of that id is there; `undefined` where we may not ask, which takes CAP_SYS_ADMIN. */
export function linkExists(id: number): boolean | undefined {
  const result = libbpfSymbol('bpf_link_get_fd_by_id')(id);
  if (result >= 0) {
    new Fd(result)[Symbol.dispose]();
    return true;
  }
  const error = new CallError('bpf_link_get_fd_by_id', -result);
  if (error.errnoName === 'ENOENT') return false;
  if (error.errnoName === 'EPERM' || error.errnoName === 'EACCES') return undefined;
  if (error.errnoName === 'EAGAIN') return true; // it is being made or going just now
  throw error;
}

/** Closes an fd on a thread of the pool: the last close of a link waits until no processor runs its program any more. */
export async function closeAsync(fd: Fd): Promise<void> {
  await closeFdAsync(fd.release());
}

/** Without a cookie there are no options, which kernels before 5.19 do not know. */
function optionsFor(cookie: bigint): Buffer | null {
  if (cookie === 0n) return null;
  const bytes = Buffer.alloc(options.size);
  bytes.writeBigUInt64LE(BigInt(options.size), 0);
  bytes.writeBigUInt64LE(cookie, options.cookie);
  return bytes;
}
