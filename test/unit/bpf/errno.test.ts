import { expect, test } from 'vitest';
import {
  CallError,
  checkPointer,
  checkResult,
  nameOfErrno,
} from '../../../src/bpf/libbpf/errno.ts';

test.each([
  [1, 'EPERM'],
  [3, 'ESRCH'],
  [7, 'E2BIG'],
  [11, 'EAGAIN'],
  [16, 'EBUSY'],
  [95, 'EOPNOTSUPP'],
  [524, 'ENOTSUPP'],
  [4005, 'LIBBPF_ERRNO__RELOC'],
  [4013, 'LIBBPF_ERRNO__NLPARSE'],
  [9999, 'errno 9999'],
])('%i is %s', (errno, name) => {
  expect(nameOfErrno(errno)).toBe(name);
});

test.each([0, 7])('%i is a result', (result) => {
  expect(checkResult('call', result)).toBe(result);
});

test('a negative result is an error with all that is known', () => {
  const error = caught(() => checkResult('bpf_link_create', -16, 'libbpf: busy\n'));

  expect(error).toMatchObject({
    message: 'bpf_link_create: EBUSY',
    call: 'bpf_link_create',
    errno: 16,
    errnoName: 'EBUSY',
    log: 'libbpf: busy\n',
    exitStatus: 1,
  });
});

test('null is an error, any other pointer is not', () => {
  expect(checkPointer('call', 8n)).toBe(8n);
  expect(caught(() => checkPointer('call', null, 'said'))).toMatchObject({
    call: 'call',
    log: 'said',
  });
});

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(CallError);
    return error;
  }
  throw new Error('no error');
}
