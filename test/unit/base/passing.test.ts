import { expect, test } from 'vitest';
import { InvalidError, FailedError, RefusedError } from '../../../src/base/errors.ts';
import { mayPass } from '../../../src/base/passing.ts';
import { permitted } from '../../../src/bpf/bpffs.ts';
import { EbpfError } from '../../../src/bpf/ebpf-error.ts';
import { explain } from '../../../src/bpf/explain.ts';
import { CallError } from '../../../src/bpf/libbpf/errno.ts';

const errnos = {
  ENOENT: 2,
  ESRCH: 3,
  E2BIG: 7,
  EAGAIN: 11,
  ENOMEM: 12,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  EMFILE: 24,
};

const moved = new FailedError('the kernel does not match', { isPassing: true });

function refusal(errno: keyof typeof errnos, log?: string): CallError {
  return new CallError('bpf_call', errnos[errno], { log });
}

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

function inBpffs(code: string): unknown {
  return thrownBy(() =>
    permitted('look at it', () => {
      throw Object.assign(new Error(code), { code });
    }),
  );
}

const rejection = '0: (79) r1 = *(u64 *)(r1 +8)\nR1 invalid mem access\nprocessed 1 insns';

test.each<readonly [string, unknown]>([
  ['the lock was lost, or the kernel does not match', moved],
  [
    'a pin that is gone',
    new EbpfError('InvalidPin', 'nothing is pinned there', { cause: refusal('ENOENT') }),
  ],
  ['a directory that is gone', inBpffs('ENOENT')],
  ['something in the way by now', inBpffs('EEXIST')],
  ['a pin of another kind in its place', new EbpfError('InvalidPin', '"x" is a map, not a link')],
  [
    'a pin that is there already',
    new EbpfError('InvalidPin', 'there already', { cause: refusal('EEXIST') }),
  ],
  ['maps whose directory has gone', explain(refusal('ENOENT'), 'create', 'make maps')],
  ['no memory for maps', explain(refusal('ENOMEM'), 'create', 'make maps')],
  ['no memory for a program', explain(refusal('ENOMEM'), 'load', 'load it')],
  [
    'no memory to verify it in, whatever the log says',
    explain(refusal('ENOMEM', rejection), 'load', 'load it'),
  ],
  [
    'a signal that interrupted the verifier',
    explain(refusal('EAGAIN', rejection), 'load', 'load it'),
  ],
  ['a function that is in use', explain(refusal('EBUSY'), 'attach', 'attach it')],
  ['too many open files', inBpffs('EMFILE')],
  ['a call that is not explained', refusal('EBUSY')],
])('may pass: %s', (_, error) => {
  expect(mayPass(error)).toBe(true);
});

test.each<readonly [string, unknown]>([
  ['a wrong manifest', new InvalidError('bad', [], { cause: inBpffs('ENOENT') })],
  ['what was refused', new RefusedError('foreign')],
  ['a missing privilege', inBpffs('EPERM')],
  ['a bug', new TypeError('no such thing')],
  ['no error', undefined],
  ['what was stopped', new FailedError('stopped by SIGTERM')],
  ['a program that the verifier rejects', explain(refusal('EINVAL', rejection), 'load', 'load it')],
  ['a function that this kernel has no more', explain(refusal('ESRCH'), 'load', 'load it')],
  [
    'a function that the kernel has under another name',
    explain(refusal('ENOENT'), 'load', 'load it'),
  ],
  ['a function that is full', explain(refusal('E2BIG'), 'attach', 'attach it')],
  ['a name that is too long', inBpffs('ENAMETOOLONG')],
  ['a link that others hold: nothing would be left to do', new EbpfError('DetachFailed', 'held')],
])('stays: %s', (_, error) => {
  expect(mayPass(error)).toBe(false);
});
