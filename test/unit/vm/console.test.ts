import { describe, expect, test } from 'vitest';
import { exitStatusIn, readable, troubleIn } from '../../vm/console.ts';

describe('exit status', () => {
  test.each([
    ['fentryctl-vm-up\nfentryctl-vm-exit 7\n', 7],
    ['fentryctl-vm-exit 0\r\n[    6.5] reboot: Power down\r\n', 0],
    ['some text without an end\nfentryctl-vm-exit 255\n', 255],
    ['fentryctl-vm-up\n', undefined],
    ['', undefined],
    ['echo fentryctl-vm-exit 0\n', undefined],
    ['fentryctl-vm-exit \n', undefined],
  ])('%j is %j', (console, status) => {
    expect(exitStatusIn(console)).toBe(status);
  });

  test('is not known from half a line', () => {
    expect(exitStatusIn('fentryctl-vm-exit 1\n')).toBe(1);
    expect(exitStatusIn('fentryctl-vm-ex')).toBeUndefined();
  });
});

describe('trouble', () => {
  test.each([
    '[    1.0] Kernel panic - not syncing: sysrq triggered crash',
    '[    1.0] BUG: kernel NULL pointer dereference, address: 0000000000000000',
    '[    1.0] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI',
    '[    1.0] general protection fault, probably for non-canonical address',
    '[    1.0] RIP: 0010:bpf_trampoline_6442+0x0/0x1000',
    '[    1.0] Call Trace:',
  ])('%s', (line) => {
    expect(troubleIn(`fentryctl-vm-up\r\n${line}\r\nfentryctl-vm-exit 0\r\n`)).toBe(line);
  });

  test.each([
    '[    6.5] reboot: Power down',
    'fentryctl-vm-up',
    'DEBUG: nothing',
    'mount: no such directory',
  ])('not in %s', (line) => {
    expect(troubleIn(line)).toBeUndefined();
  });
});

test('a readable console has no escape sequences and only its last lines', () => {
  expect(readable('\u001Bc\u001B[?7l\u001B[2JSeaBIOS\r\none\r\ntwo\r\n', 2)).toBe('one\ntwo');
});
