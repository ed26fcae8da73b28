import { constants } from 'node:os';
import koffi from 'koffi';
import type { ErrorContext } from '../../base/errors.ts';
import { FailedError } from '../../base/errors.ts';

/** Numbers that strerror(3) does not know: the kernel's own, and libbpf's (bpf/libbpf.h, `enum libbpf_errno`). */
const otherNames: Readonly<Record<number, string>> = {
  524: 'ENOTSUPP',
  4000: 'LIBBPF_ERRNO__LIBELF',
  4001: 'LIBBPF_ERRNO__FORMAT',
  4002: 'LIBBPF_ERRNO__KVERSION',
  4003: 'LIBBPF_ERRNO__ENDIAN',
  4004: 'LIBBPF_ERRNO__INTERNAL',
  4005: 'LIBBPF_ERRNO__RELOC',
  4006: 'LIBBPF_ERRNO__LOAD',
  4007: 'LIBBPF_ERRNO__VERIFY',
  4008: 'LIBBPF_ERRNO__PROG2BIG',
  4009: 'LIBBPF_ERRNO__KVER',
  4010: 'LIBBPF_ERRNO__PROGTYPE',
  4011: 'LIBBPF_ERRNO__WRNGPID',
  4012: 'LIBBPF_ERRNO__INVSEQ',
  4013: 'LIBBPF_ERRNO__NLPARSE',
};

/** Other names of numbers that the kernel calls EAGAIN and EOPNOTSUPP (include/uapi/asm-generic/errno.h): which one Node lists last is no reason. */
const aliases: readonly string[] = ['EWOULDBLOCK', 'ENOTSUP'];

const names = new Map<number, string>([
  ...Object.entries(constants.errno)
    .filter(([name]) => !aliases.includes(name))
    .map(([name, number]) => [number, name] as const),
  ...Object.entries(otherNames).map(([number, name]) => [Number(number), name] as const),
]);

/** A call that the kernel or libbpf refused: which, with what number, and what libbpf printed meanwhile. */
export class CallError extends FailedError {
  readonly call: string;
  readonly errno: number;
  readonly errnoName: string;

  constructor(call: string, errno: number, context: ErrorContext = {}) {
    const errnoName = nameOfErrno(errno);
    super(`${call}: ${errnoName}`, context);
    this.call = call;
    this.errno = errno;
    this.errnoName = errnoName;
  }
}

export function nameOfErrno(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** For libbpf's calls that return `-errno`, or `-1` and set errno; `log` is what it printed. */
export function checkResult(call: string, result: number, log?: string): number {
  if (result >= 0) return result;
  throw new CallError(call, result === -1 ? koffi.errno() : -result, { log });
}

/** For libbpf's calls that return `NULL` and set errno. */
export function checkPointer<Pointer>(
  call: string,
  pointer: Pointer | null,
  log?: string,
): Pointer {
  if (pointer !== null) return pointer;
  throw new CallError(call, koffi.errno(), { log });
}
