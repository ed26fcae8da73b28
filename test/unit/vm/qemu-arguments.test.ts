import { expect, test } from 'vitest';
import { qemuArguments } from '../../vm/qemu-arguments.ts';
import { defaultMachine } from '../../vm/run-in-vm.ts';

const boot = {
  kernel: { release: '6.1.0', image: '/cache/vmlinuz', modules: '/cache/modules' },
  initramfs: '/cache/initramfs.cpio',
  shares: [
    { tag: 'host', path: '/', writable: false },
    { tag: 'share0', path: '/a,b', writable: true },
  ],
};

test('emulation runs all processors on one thread unless asked', () => {
  expect(qemuArguments(defaultMachine, 'emulation', boot)).toContain('tcg,thread=single');
  expect(qemuArguments({ ...defaultMachine, parallel: true }, 'emulation', boot)).toContain(
    'tcg,thread=multi',
  );
});

test('counting instructions is for emulation alone', () => {
  const machine = { ...defaultMachine, icount: true };

  expect(qemuArguments(machine, 'emulation', boot)).toContain('shift=0,sleep=off');
  expect(qemuArguments(machine, 'kvm', boot)).not.toContain('-icount');
});

test('only what was shared is writable, whatever its name', () => {
  const shares = qemuArguments(defaultMachine, 'kvm', boot).filter((argument) =>
    argument.startsWith('local,'),
  );

  expect(shares).toEqual([
    'local,path=/,mount_tag=host,security_model=none,multidevs=remap,readonly=on',
    'local,path=/a,,b,mount_tag=share0,security_model=none,multidevs=remap',
  ]);
});
