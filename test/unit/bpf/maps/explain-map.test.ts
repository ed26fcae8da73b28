import { expect, test } from 'vitest';
import { FailedError, PrivilegeError } from '../../../../src/base/errors.ts';
import { CallError } from '../../../../src/bpf/libbpf/errno.ts';
import { explainMap } from '../../../../src/bpf/maps/explain-map.ts';
import { withoutPrivileges } from '../../manifest/sample.ts';

test.each([
  ['hash', 7, 'the map is full (E2BIG)'],
  ['lpm_trie', 28, 'the map is full (ENOSPC)'],
  ['array', 7, 'the index is beyond the end of the array (E2BIG)'],
  ['percpu_array', 7, 'the index is beyond the end of the array (E2BIG)'],
  ['hash', 17, 'the key is there already (EEXIST)'],
  ['array', 17, 'elements of an array are always there (EEXIST)'],
  ['hash', 2, 'the key is not there (ENOENT)'],
  ['hash', 16, 'a program is changing that part of the map just now (EBUSY)'],
  ['lpm_trie', 22, 'the kernel refuses such a key or value (EINVAL)'],
  ['array', 22, 'elements of an array cannot be deleted (EINVAL)'],
  ['hash', 12, 'the kernel is out of memory (ENOMEM)'],
  ['hash', 5, 'bpf_call failed (EIO)'],
])('%s, errno %i: %s', (type, errno, reason) => {
  const error = new CallError('bpf_call', errno);

  const explained = explainMap(error, 'write to map "counts"', type);

  expect(explained).toMatchObject({
    code: 'MapFailed',
    message: `cannot write to map "counts": ${reason}`,
    cause: error,
  });
});

test('a missing privilege', () => {
  const explained = withoutPrivileges(() => explainMap(new CallError('call', 1), 'do it', 'hash'));

  expect(explained).toBeInstanceOf(PrivilegeError);
  expect(explained).toMatchObject({ message: 'cannot do it: missing CAP_PERFMON and CAP_BPF' });
});

test.each([new Error('a bug'), new FailedError('known'), 'text'])('%s passes as it is', (error) => {
  expect(explainMap(error, 'do it', 'hash')).toBe(error);
});
