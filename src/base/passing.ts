import { FailedError } from './errors.ts';

/** What the machine lacks at the moment, or has in use; names of errno(3). */
const shortages = ['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'];

/** What becomes of paths in bpffs when others remove, add or replace what is there: errno(3), or a code of `EbpfError`. */
const moves = [
  'ENOENT',
  'EEXIST',
  'ENOTDIR',
  'EISDIR',
  'ENOTEMPTY',
  'ESTALE',
  'InvalidPin',
  'Busy',
];

/** The same numbers mean other things there: `ENOENT` of a load is a function that the kernel has under another name only. */
const verdicts = ['LoadFailed', 'AttachFailed', 'VerifierRejected'];

/**
 * Whether what failed may go well when it is tried again, with the same files and the same programs: the machine lacked something, or somebody
 * else moved what was to be worked on. What a file has wrong, and what this kernel cannot do, stays so. Pure.
 */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof FailedError)) return false;
  if (error.isPassing) return true;
  const codes = codesOf(error);
  if (codes.some((code) => shortages.includes(code))) return true;
  if (codes.some((code) => verdicts.includes(code))) return false;
  return moves.includes(codes.at(-1) ?? '');
}

/** What each error in the chain is known by, the first cause last: errors of calls have an errno, of the library and of Node a code. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { cause } = error;
  if ('errnoName' in error) return [String(error.errnoName), ...codesOf(cause)];
  return 'code' in error ? [String(error.code), ...codesOf(cause)] : codesOf(cause);
}
