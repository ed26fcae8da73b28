import type { Kernel } from './kernel.ts';

/** How the processor is made: by the host's, or instruction by instruction in software. */
export type Acceleration = 'kvm' | 'emulation';

/** The machine, apart from what it is to do. */
export interface Machine {
  readonly smp: number;
  /** As QEMU writes it, e.g. `4G`. */
  readonly memory: string;
  /** Guest time counts instructions, 1 ns each: figures repeat on a noisy host. Emulation only. */
  readonly icount: boolean;
  /**
   * One host thread for each vCPU. Unsafe while code is patched: two attachers at once panicked guests of 6.12
   * and 7.3, and never did with a single thread.
   */
  readonly parallel: boolean;
}

/** A directory of the host that the guest sees. */
export interface SharedDirectory {
  readonly tag: string;
  readonly path: string;
  readonly writable: boolean;
}

/** File descriptors that QEMU inherits, each a connected socket. */
export const consoleFd = 3;
export const outputFd = 4;

const kernelCommandLine = [
  'console=ttyS0',
  'loglevel=4',
  'panic=-1',
  'oops=panic',
  'nokaslr',
  'mitigations=off',
  // Both watch the wall clock, which under emulation tells how busy the host is.
  'nowatchdog',
  'rcupdate.rcu_cpu_stall_suppress=1',
].join(' ');

/** The command line of `qemu-system-x86_64`. */
export function qemuArguments(
  machine: Machine,
  acceleration: Acceleration,
  boot: {
    readonly kernel: Kernel;
    readonly initramfs: string;
    readonly shares: readonly SharedDirectory[];
  },
): readonly string[] {
  return [
    ['-machine', 'q35', ...processor(machine, acceleration)],
    ['-smp', String(machine.smp), '-m', machine.memory],
    ['-kernel', boot.kernel.image, '-initrd', boot.initramfs, '-append', kernelCommandLine],
    ['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    serialLine('console', consoleFd),
    serialLine('output', outputFd),
    ...boot.shares.map(virtfs),
  ].flat();
}

function processor(machine: Machine, acceleration: Acceleration): readonly string[] {
  if (acceleration === 'kvm') return ['-accel', 'kvm', '-cpu', 'host'];
  const accelerator = `tcg,thread=${machine.parallel ? 'multi' : 'single'}`;
  return [
    '-accel',
    accelerator,
    '-cpu',
    'max',
    ...(machine.icount ? ['-icount', 'shift=0,sleep=off'] : []),
  ];
}

function serialLine(name: string, fd: number): readonly string[] {
  return ['-chardev', `socket,id=${name},fd=${String(fd)}`, '-serial', `chardev:${name}`];
}

function virtfs(share: SharedDirectory): readonly string[] {
  // A comma in a value is written twice.
  const path = share.path.replaceAll(',', ',,');
  const access = share.writable ? '' : ',readonly=on';
  return [
    '-virtfs',
    `local,path=${path},mount_tag=${share.tag},security_model=none,multidevs=remap${access}`,
  ];
}
