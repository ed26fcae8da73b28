import { PrivilegeError } from '../../base/errors.ts';
import { EbpfError } from '../ebpf-error.ts';
import { CallError } from '../libbpf/errno.ts';
import { capabilityHint, missingCapabilities } from '../privileges.ts';

interface Cause {
  readonly cause: string;
  readonly hint?: string;
}

/** What an errno of the map commands means (bpf(2); kernel/bpf/hashtab.c, arraymap.c, lpm_trie.c). */
const causes: Readonly<Record<string, Cause>> = {
  E2BIG: { cause: 'the map is full', hint: 'make it with more entries, or delete some' },
  EEXIST: { cause: 'the key is there already' },
  ENOENT: { cause: 'the key is not there' },
  EBUSY: { cause: 'a program is changing that part of the map just now', hint: 'try it again' },
  EINVAL: { cause: 'the kernel refuses such a key or value' },
  ENOMEM: { cause: 'the kernel is out of memory' },
  ENOSPC: { cause: 'the map is full', hint: 'make it with more entries, or delete some' },
  EPERM: { cause: 'the map is frozen, read-only, or was opened for less' },
};

/** Elements of an array are there from the start and stay. */
const arrayCauses: Readonly<Record<string, Cause>> = {
  E2BIG: { cause: 'the index is beyond the end of the array' },
  EEXIST: { cause: 'elements of an array are always there' },
  EINVAL: { cause: 'elements of an array cannot be deleted', hint: 'set it to zero' },
};

/**
 * Turns what a map command said into what a person needs. `MapFailed` keeps the call and its errno as the cause.
 * `type` is the map's, since arrays mean other things by the same number. Other errors pass as they are.
 */
export function explainMap(error: unknown, doing: string, type: string): unknown {
  if (!(error instanceof CallError)) return error;
  const { call, errnoName } = error;
  if (errnoName === 'EPERM') {
    const missing = missingCapabilities();
    const context = { hint: capabilityHint(missing), cause: error };
    if (missing.length > 0)
      return new PrivilegeError(`cannot ${doing}: missing ${missing.join(' and ')}`, context);
  }
  const special = type.endsWith('array') ? arrayCauses[errnoName] : undefined;
  const { cause, hint } = special ?? causes[errnoName] ?? { cause: `${call} failed` };
  return new EbpfError('MapFailed', `cannot ${doing}: ${cause} (${errnoName})`, {
    hint,
    cause: error,
    log: error.log,
  });
}
