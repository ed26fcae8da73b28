import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fentryctl, fentryctlAsNobody, fentryctlJson, run } from './support/fentryctl.ts';
import { tracingLinks, tracingPrograms } from './support/kernel.ts';

interface Answer {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly level: string;
    readonly text: string;
    readonly fix?: string;
  }[];
}

test('a machine that can: each line is ok, and the program that it tried is gone', () => {
  const { status, stdout, stderr } = fentryctl('doctor');

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^ok +trampoline +a program was loaded, attached to "bpf_fentry_test1", and called$/m,
  );
  expect(stdout).toMatch(/\nthis machine can run fentry programs\n$/);
  expect(stdout).not.toMatch(/^(?:error|warning)/m);
  expect({ programs: tracingPrograms(), links: tracingLinks() }).toEqual({
    programs: [],
    links: [],
  });
});

test('ftrace switched off: 69, with the line that switches it on', () => {
  const file = '/proc/sys/kernel/ftrace_enabled';
  writeFileSync(file, '0');
  try {
    const { ok, checks } = fentryctlJson<Answer>('doctor');

    expect(ok).toBe(false);
    expect(checks.find(({ check }) => check === 'ftrace')).toMatchObject({
      level: 'error',
      fix: 'sysctl -w kernel.ftrace_enabled=1',
    });
    expect(checks.find(({ check }) => check === 'trampoline')?.level).toBe('error');
    expect(fentryctl('doctor').status).toBe(69);
  } finally {
    writeFileSync(file, '1');
  }
});

test('without privileges: 77, and which', () => {
  const { status, stdout } = fentryctlAsNobody('doctor');

  expect(status).toBe(77);
  expect(stdout).toMatch(/^error +capabilities +missing CAP_PERFMON and CAP_BPF$/m);
  expect(stdout).toMatch(/^error +bpffs +"\/sys\/fs\/bpf" is not ours to write$/m);
  expect(stdout).toMatch(/^warning +trampoline +not tried, because of capabilities$/m);
});

test('bpffs read-only, mounted over, and not mounted: each in a mount namespace of its own', () => {
  const readOnly = inNamespace('mount -o remount,ro,bind /sys/fs/bpf');
  const over = inNamespace('mount -t bpf bpf /sys/fs/bpf');
  const none = inNamespace('umount /sys/fs/bpf');

  expect(readOnly.stdout).toMatch(/^error +bpffs +"\/sys\/fs\/bpf" is mounted read-only/m);
  expect(readOnly.status).toBe(77);
  expect(over.stdout).toMatch(/^warning +bpffs +"\/sys\/fs\/bpf" is mounted 2 times/m);
  expect(over.status).toBe(0);
  expect(none.stdout).toMatch(/^error +bpffs +no BPF file system is mounted/m);
  expect(none.status).toBe(69);
});

test('no libbpf: 69, and how to install it', () => {
  const { status, stdout } = run('env', [
    'FENTRYCTL_LIBBPF=/nowhere/libbpf.so',
    process.execPath,
    'dist/command/main.cjs',
    'doctor',
  ]);

  expect(status).toBe(69);
  expect(stdout).toMatch(/^error +libbpf +cannot find libbpf; tried "\/nowhere\/libbpf.so"$/m);
  expect(stdout).toContain('apt-get install libbpf1');
});

function inNamespace(change: string): ReturnType<typeof fentryctl> {
  const command = `${change} && exec ${process.execPath} dist/command/main.cjs doctor`;
  return run('unshare', ['--mount', 'sh', '-c', command]);
}
