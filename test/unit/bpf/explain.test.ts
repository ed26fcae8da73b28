import { describe, expect, test } from 'vitest';
import { FailedError, PrivilegeError, UnsupportedError } from '../../../src/base/errors.ts';
import { explain } from '../../../src/bpf/explain.ts';
import { CallError } from '../../../src/bpf/libbpf/errno.ts';
import { withoutPrivileges } from '../manifest/sample.ts';

const errnos = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  E2BIG: 7,
  ENOMEM: 12,
  ENOSPC: 28,
  EBUSY: 16,
  EINVAL: 22,
  ENOTSUPP: 524,
};

describe('why, in words', () => {
  test.each([
    ['load', 'ESRCH', /not in the kernel's BTF/],
    ['load', 'ENOENT', /specialised copy/],
    ['load', 'ENOTSUPP', /too many or struct arguments/],
    ['load', 'EINVAL', /does not let programs attach/],
    ['load', 'E2BIG', /too large or too complex/],
    ['load', 'ENOMEM', /out of memory/],
    ['load', 'ENOSPC', /longer than 16 MiB/],
    ['attach', 'ENOENT', /attached before/],
    ['attach', 'EBUSY', /not traceable/],
    ['attach', 'E2BIG', /as many programs attached/],
    ['attach', 'ENOTSUPP', /trampoline/],
    ['attach', 'ENOMEM', /out of memory/],
  ] as const)('%s %s', (step, errno, reason) => {
    const error = new CallError('bpf_call', errnos[errno], { log: 'processed 0 insns' });

    const explained = explain(error, step, 'do it');

    expect(explained).toBeInstanceOf(FailedError);
    expect(explained).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^cannot do it: .*${reason.source}.* \\(${errno}\\)$`),
      ) as unknown,
      cause: error,
      log: 'processed 0 insns',
    });
  });

  test("without a cause of ours, libbpf's words; without those, none", () => {
    const told = new CallError('bpf_call', 5, { log: 'libbpf: map broke\n' });

    expect(explain(told, 'create', 'do it')).toMatchObject({
      code: 'MapFailed',
      message: 'cannot do it: map broke (EIO)',
    });
    expect(explain(new CallError('bpf_call', 5), 'attach', 'do it')).toMatchObject({
      message: 'cannot do it: no reason given (EIO)',
    });
  });
});

test('what the verifier said, in one line, and the log whole', () => {
  const log = '0: R1=ctx()\nR0 !read_ok\nprocessed 1 insns';

  expect(explain(new CallError('bpf_prog_load', 13, { log }), 'load', 'do it')).toMatchObject({
    code: 'VerifierRejected',
    message: 'cannot do it: the verifier rejected it: R0 !read_ok (2 lines omitted)',
    hint: expect.stringContaining('--verbose') as unknown,
    log,
  });
});

test('a CO-RE relocation that found nothing', () => {
  const log = '5: (85) call unknown#195896080\ninvalid func unknown#195896080\nprocessed 5 insns';

  expect(explain(new CallError('bpf_prog_load', 22, { log }), 'load', 'do it')).toMatchObject({
    code: 'VerifierRejected',
    message: expect.stringMatching(/type or field that this kernel does not have/) as unknown,
  });
});

test('a missing privilege', () => {
  const explained = withoutPrivileges(() => explain(new CallError('bpf_call', 1), 'load', 'do it'));

  expect(explained).toBeInstanceOf(PrivilegeError);
  expect(explained).toMatchObject({ message: 'cannot do it: missing CAP_PERFMON and CAP_BPF' });
});

test.runIf(isAllPowerful())('refused all the same', () => {
  const explained = explain(new CallError('bpf_call', 1), 'load', 'do it');

  expect(explained).toBeInstanceOf(UnsupportedError);
});

test("a log that was cut off tells nothing: its last line is not the verifier's verdict", () => {
  const log = 'func#0 @0\n0: R1=ctx()\n1: (b7) r0 = 0';

  expect(explain(new CallError('bpf_prog_load', 28, { log }), 'load', 'do it')).toMatchObject({
    code: 'LoadFailed',
  });
});

test.runIf(isAllPowerful())("what bpffs refuses to make, in libbpf's words", () => {
  const log = "libbpf: couldn't retrieve pinned map '/sys/fs/bpf/a.b': Operation not permitted\n";

  expect(explain(new CallError('bpf_object__load', 1, { log }), 'create', 'do it')).toMatchObject({
    code: 'MapFailed',
    message: expect.stringContaining("'/sys/fs/bpf/a.b'") as unknown,
  });
});

test.each([new Error('a bug'), new FailedError('known'), 'text'])('%s passes as it is', (error) => {
  expect(explain(error, 'load', 'do it')).toBe(error);
});

function isAllPowerful(): boolean {
  return explain(new CallError('bpf_call', 1), 'load', '') instanceof UnsupportedError;
}
