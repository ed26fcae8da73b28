import { describe, expect, test } from 'vitest';
import { FailedError, PrivilegeError } from '../../../src/base/errors.ts';
import { checkTrampoline } from '../../../src/doctor/checks/trampoline.ts';
import { judge } from '../../../src/doctor/examine.ts';
import type { Facts } from '../../../src/doctor/facts.ts';
import type { Finding } from '../../../src/doctor/finding.ts';

const bpf = { point: '/sys/fs/bpf', type: 'bpf', isReadOnly: false, device: '0:30' };

/** A machine that has all. */
const fit: Facts = {
  kernel: { release: '6.1.0-50-amd64', architecture: 'x64' },
  btfSize: 5_500_000,
  lockdown: { text: '[none] integrity confidentiality\n' },
  jit: { text: '1\n' },
  ftrace: { text: '1\n' },
  traceable: 'readable',
  bpffs: {
    root: '/sys/fs/bpf/fentryctl',
    mounts: [bpf],
    isBpffs: true,
    nearest: '/sys/fs/bpf',
    isWritable: true,
    sandbox: undefined,
  },
  capabilities: 0x1ffffffffffn,
  libbpf: { version: '1.1' },
  memlock: 8 * 2 ** 20,
};

const capBpf = 1n << 39n;
const capPerfmon = 1n << 38n;

test('a machine that has all: each check is ok, and says what is there', () => {
  expect(judge(fit).map(({ check, level, fix }) => [check, level, fix])).toEqual(
    [
      'kernel',
      'btf',
      'lockdown',
      'jit',
      'ftrace',
      'tracefs',
      'bpffs',
      'capabilities',
      'libbpf',
      'memlock',
    ].map((check) => [check, 'ok', undefined]),
  );
});

interface Case {
  readonly facts: Partial<Facts>;
  readonly check: string;
  readonly is: Finding['kind'] | 'warning' | 'ok';
  readonly text: string | RegExp;
}

const { bpffs } = fit;
const old = { release: '5.10.0-32-amd64', architecture: 'x64' };

const cases: readonly Case[] = [
  {
    facts: { kernel: { release: '5.4.0', architecture: 'x64' } },
    check: 'kernel',
    is: 'unsupported',
    text: /no trampolines/,
  },
  {
    facts: { kernel: { release: '5.5.0', architecture: 'x64' } },
    check: 'kernel',
    is: 'warning',
    text: /older than any tested/,
  },
  { facts: { kernel: old }, check: 'kernel', is: 'ok', text: /5\.10/ },
  {
    facts: { kernel: { release: '5.15.0', architecture: 'arm64' } },
    check: 'kernel',
    is: 'unsupported',
    text: /arm64/,
  },
  { facts: { btfSize: 'missing' }, check: 'btf', is: 'unsupported', text: /no BTF/ },
  { facts: { btfSize: 'unreadable' }, check: 'btf', is: 'privilege', text: /cannot be read/ },
  {
    facts: { lockdown: { text: 'none integrity [confidentiality]' } },
    check: 'lockdown',
    is: 'unsupported',
    text: /confidentiality/,
  },
  {
    facts: { lockdown: { text: 'none [integrity] confidentiality' } },
    check: 'lockdown',
    is: 'ok',
    text: 'integrity',
  },
  { facts: { lockdown: 'missing' }, check: 'lockdown', is: 'ok', text: 'not in this kernel' },
  { facts: { lockdown: 'unreadable' }, check: 'lockdown', is: 'warning', text: /cannot be told/ },
  { facts: { jit: { text: '0\n' } }, check: 'jit', is: 'unsupported', text: /off/ },
  { facts: { jit: { text: '2\n' } }, check: 'jit', is: 'ok', text: 'on' },
  { facts: { jit: 'unreadable' }, check: 'jit', is: 'warning', text: /cannot be told/ },
  { facts: { jit: 'missing' }, check: 'jit', is: 'ok', text: /always on/ },
  { facts: { ftrace: { text: '0\n' } }, check: 'ftrace', is: 'unsupported', text: /off/ },
  { facts: { ftrace: 'missing' }, check: 'ftrace', is: 'warning', text: /no switch/ },
  { facts: { ftrace: 'unreadable' }, check: 'ftrace', is: 'warning', text: /cannot be told/ },
  { facts: { traceable: 'missing' }, check: 'tracefs', is: 'warning', text: /not mounted/ },
  { facts: { traceable: 'unreadable' }, check: 'tracefs', is: 'warning', text: /not ours/ },
  {
    facts: { bpffs: { ...bpffs, isBpffs: false, mounts: [] } },
    check: 'bpffs',
    is: 'unsupported',
    text: 'no BPF file system is mounted',
  },
  {
    facts: { bpffs: { ...bpffs, isBpffs: false, mounts: [], sandbox: 'a Kubernetes pod' } },
    check: 'bpffs',
    is: 'unsupported',
    text: /here, in a Kubernetes pod/,
  },
  {
    facts: { bpffs: { ...bpffs, isBpffs: false, mounts: [{ ...bpf, point: '/mnt/bpf' }] } },
    check: 'bpffs',
    is: 'unsupported',
    text: /one is mounted at "\/mnt\/bpf"/,
  },
  {
    facts: { bpffs: { ...bpffs, mounts: [{ ...bpf, isReadOnly: true }] } },
    check: 'bpffs',
    is: 'privilege',
    text: /read-only/,
  },
  {
    facts: { bpffs: { ...bpffs, isWritable: false } },
    check: 'bpffs',
    is: 'privilege',
    text: /not ours to write/,
  },
  {
    facts: { bpffs: { ...bpffs, mounts: [bpf, bpf] } },
    check: 'bpffs',
    is: 'warning',
    text: /mounted 2 times, one over the other/,
  },
  {
    facts: { capabilities: 0n },
    check: 'capabilities',
    is: 'privilege',
    text: 'missing CAP_PERFMON and CAP_BPF',
  },
  {
    facts: { capabilities: capBpf },
    check: 'capabilities',
    is: 'privilege',
    text: 'missing CAP_PERFMON',
  },
  {
    facts: { capabilities: capBpf | capPerfmon },
    check: 'capabilities',
    is: 'warning',
    text: /without CAP_SYS_ADMIN/,
  },
  { facts: { capabilities: 1n << 21n }, check: 'capabilities', is: 'ok', text: 'CAP_SYS_ADMIN' },
  {
    facts: { libbpf: { error: 'cannot find libbpf' } },
    check: 'libbpf',
    is: 'unsupported',
    text: 'cannot find libbpf',
  },
  {
    facts: { libbpf: { version: '0.8' } },
    check: 'libbpf',
    is: 'unsupported',
    text: /0\.8 is too old/,
  },
  {
    facts: { kernel: old, capabilities: capBpf, memlock: 65536 },
    check: 'memlock',
    is: 'warning',
    text: /^0 MiB, which/,
  },
  {
    facts: { kernel: old, memlock: 65536 },
    check: 'memlock',
    is: 'ok',
    text: 'raised when needed',
  },
  {
    facts: { kernel: old, capabilities: capBpf, memlock: Infinity },
    check: 'memlock',
    is: 'ok',
    text: 'no limit',
  },
  {
    facts: { kernel: old, capabilities: capBpf, memlock: 64 * 2 ** 20 },
    check: 'memlock',
    is: 'ok',
    text: '64 MiB',
  },
];

test.each(cases)('$check: $text is $is', ({ facts, check, is, text }) => {
  const found = judge({ ...fit, ...facts }).find((finding) => finding.check === check);

  expect(found?.kind ?? found?.level).toBe(is);
  expect(found?.text).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  expect(found?.fix === undefined).toBe(is === 'ok');
});

describe('the trampoline', () => {
  const before: readonly Finding[] = [{ check: 'jit', level: 'error', text: 'off' }];

  test('is tried whatever else may be wrong, since that may have been misjudged', () => {
    expect(checkTrampoline(() => undefined, before).level).toBe('ok');
  });

  test('what the kernel refuses is the machine, what takes privilege the caller', () => {
    const refused = checkTrampoline(() => {
      throw new FailedError('cannot attach', { hint: 'do this' });
    }, before);
    const forbidden = checkTrampoline(() => {
      throw new PrivilegeError('missing CAP_BPF', { hint: 'run it as root' });
    }, before);

    expect(refused).toEqual({
      level: 'error',
      kind: 'unsupported',
      text: 'cannot attach',
      fix: 'do this',
    });
    expect(forbidden).toMatchObject({ level: 'error', kind: 'privilege' });
  });

  test.each(['btf', 'capabilities', 'libbpf'])('is not tried without %s', (check) => {
    const found = checkTrampoline(
      () => expect.unreachable(),
      [{ check, level: 'error', text: 'missing' }],
    );

    expect(found).toMatchObject({ level: 'warning', text: `not tried, because of ${check}` });
  });

  test('a bug stays one', () => {
    const bug = new TypeError('x is not a function');

    expect(() =>
      checkTrampoline(() => {
        throw bug;
      }, []),
    ).toThrow(bug);
  });
});
