import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chooseAcceleration } from './acceleration.ts';
import { prepareDebianTree } from './debian-tree.ts';
import { guestScript } from './guest-command.ts';
import { type Deadlines, type GuestEvents, runGuest, type VmResult } from './guest.ts';
import { prepareInitramfs } from './initramfs.ts';
import { findKernel, type Kernel, prepareKernel } from './kernel.ts';
import {
  type Acceleration,
  type Machine,
  qemuArguments,
  type SharedDirectory,
} from './qemu-arguments.ts';
import { requireTools } from './tool.ts';

/** What to run, and in what kind of machine. */
export interface VmOptions {
  /** Program and arguments; they arrive byte by byte as they are. */
  readonly argv: readonly string[];
  /** Where to run it; it and all of the host's root are there, and what is written there is gone afterwards. */
  readonly directory: string;
  /** Variables for the command, which gets none of ours otherwise. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directories that the guest can write to, at the same path as here. */
  readonly shares: readonly string[];
  /**
   * Whether a minimal Debian is booted with its own systemd, and the command is a service there, instead of this machine's files:
   * of these it sees the directory, `node_modules` and Node alone.
   */
  readonly systemd?: boolean;
  /** With `systemd`: of which release (`trixie`); `undefined` is this machine's own. */
  readonly suite?: string | undefined;
  /** With `systemd`: one of `shares`, whose files lie over those of the Debian when it boots, as an earlier boot left them. */
  readonly disk?: string;
  /** A series (`6.1`); `undefined` is the release's own. */
  readonly kernel: string | undefined;
  /** `undefined` is KVM where it was seen to work. */
  readonly acceleration: Acceleration | undefined;
  readonly machine: Machine;
  readonly deadlines: Deadlines;
}

/** What a caller wants to hear while it runs. */
export interface VmEvents extends GuestEvents {
  /** One line for people about what is going on. */
  readonly onNote: (text: string) => void;
}

export const defaultMachine: Machine = { smp: 1, memory: '4G', icount: false, parallel: false };
export const defaultDeadlines: Deadlines = { silence: 300_000, total: 1_200_000 };

/** What has to be there before a guest can start. */
export interface Boot {
  readonly kernel: Kernel;
  readonly initramfs: string;
}

/** Fetches and builds what a guest boots from, unless it is there. */
export async function prepareBoot(series: string | undefined): Promise<Boot> {
  requireTools(['qemu-system-x86_64', 'setpriv', 'busybox']);
  const kernel = await prepareKernel(await findKernel(series));
  return { kernel, initramfs: await prepareInitramfs(kernel) };
}

/**
 * Boots a stock Debian kernel on a copy of this machine's files and runs one command there.
 * Throws `UnavailableError` when this machine lacks what that takes.
 */
export async function runInVm(
  options: VmOptions,
  events: VmEvents,
  signal?: AbortSignal,
): Promise<VmResult> {
  const boot = await prepareBoot(options.kernel);
  const acceleration =
    options.acceleration ??
    (await chooseAcceleration(options.machine, (limit) => bootsUnderKvm(boot, limit)));
  events.onNote(
    `linux ${boot.kernel.release}, ${acceleration}, ${String(options.machine.smp)} cpu, ${options.machine.memory}`,
  );
  const tree = options.systemd === true ? await prepareDebianTree(options.suite) : undefined;
  return await withRunDirectory({ ...options, tree }, async (directory) => {
    const shares = sharedDirectories(boot, directory, options.shares);
    const argv = qemuArguments(options.machine, acceleration, { ...boot, shares });
    return await runGuest(argv, options.deadlines, events, signal);
  });
}

async function bootsUnderKvm(boot: Boot, limit: number): Promise<boolean> {
  const nothing = {
    argv: ['true'],
    directory: '/',
    environment: {},
    shares: [],
    tree: undefined,
  };
  return await withRunDirectory(nothing, async (directory) => {
    const argv = qemuArguments(defaultMachine, 'kvm', {
      ...boot,
      shares: sharedDirectories(boot, directory, []),
    });
    const result = await runGuest(
      argv,
      { silence: limit, total: limit },
      { onOutput: () => undefined },
    );
    return result.kind === 'exited' && result.status === 0;
  });
}

function sharedDirectories(
  boot: Boot,
  run: string,
  writable: readonly string[],
): readonly SharedDirectory[] {
  return [
    { tag: 'host', path: '/', writable: false },
    { tag: 'kernel-modules', path: boot.kernel.modules, writable: false },
    { tag: 'run', path: run, writable: false },
    ...writable.map((path, index) => ({ tag: `share${String(index)}`, path, writable: true })),
  ];
}

type Command = Pick<VmOptions, 'argv' | 'directory' | 'environment' | 'shares' | 'disk'> & {
  /** The root of the guest; `undefined` is this machine's. */
  readonly tree: string | undefined;
};

// What the guest is to do travels in files: the kernel's command line has room for 2,048 bytes.
async function withRunDirectory<T>(
  command: Command,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'fentryctl-vm-'));
  try {
    const environment = { ...guestEnvironment(), ...command.environment };
    writeFileSync(join(directory, 'command.sh'), guestScript({ ...command, environment }));
    writeFileSync(join(directory, 'now'), `${String(Math.floor(Date.now() / 1000))}\n`);
    writeFileSync(join(directory, 'shares'), lines(command.shares));
    const covered = command.tree === undefined ? coveredDirectories([command.directory]) : [];
    writeFileSync(join(directory, 'uncover'), lines(covered));
    if (command.tree !== undefined) {
      writeFileSync(join(directory, 'tree'), `${command.tree}\n`);
      writeFileSync(join(directory, 'visible'), lines(visibleTo(command.directory)));
      writeFileSync(
        join(directory, 'disk'),
        lines(command.disk === undefined ? [] : [command.disk]),
      );
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function guestEnvironment(): Readonly<Record<string, string>> {
  const path = [
    dirname(process.execPath),
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ];
  return {
    PATH: [...new Set(path)].join(':'),
    HOME: '/tmp',
    LANG: 'C.UTF-8',
    FENTRYCTL_IN_VM: '1',
  };
}

// The guest has file systems of its own there.
function coveredDirectories(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => /^\/(?:tmp|run|dev\/shm)\/./.test(path));
}

/** What a guest with files of its own sees of this machine's, at the same paths. */
function visibleTo(directory: string): readonly string[] {
  const modules = join(directory, 'node_modules');
  const linked = existsSync(modules) ? [realpathSync(modules)] : [];
  return [directory, ...linked, realpathSync(process.execPath)];
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
