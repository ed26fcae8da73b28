import process from 'node:process';
import { AppError } from '../base/errors.ts';
import type { Ports } from '../converge.ts';
import type { PinPath } from '../state/ids.ts';
import { manifestOf } from '../state/pin-layout.ts';
import type { FindPins } from '../state/found-program.ts';
import { textKeeper } from './text-keeper.ts';

/** The only place that chooses a kernel. */
export async function choosePorts(allowInsecureFiles: boolean): Promise<Ports> {
  const { LibbpfKernel } = await import('../bpf/kernel/libbpf-kernel.ts');
  const { inspect } = await import('../bpf/inspect.ts');
  const { checkGlobals } = await import('../bpf/check-globals.ts');
  const { KernelCatalog } = await import('../bpf/catalog/kernel-catalog.ts');
  const { keepTexts } = await import('../bpf/keeping.ts');
  const { KernelLinks } = await import('../bpf/catalog/kernel-links.ts');
  const { KernelTargetObjects } = await import('../bpf/kernel/target-objects.ts');
  const { missingCapabilities } = await import('../bpf/privileges.ts');
  const isPrivileged = process.geteuid?.() === 0 || missingCapabilities().length === 0;
  const ownersCheckedFor = isPrivileged && !allowInsecureFiles ? process.geteuid?.() : undefined;
  keepTexts(textKeeper());
  const kernel = new LibbpfKernel();
  const functions = () => new KernelCatalog();
  const links = () => new KernelLinks();
  const targetObjects = () => new KernelTargetObjects();
  return { kernel, inspect, checkGlobals, functions, links, targetObjects, ownersCheckedFor };
}

/** To look at what is pinned, with the kernel counting runs until the process ends. */
export async function chooseRunStatistics() {
  const { LibbpfKernel } = await import('../bpf/kernel/libbpf-kernel.ts');
  const { RunStatistics } = await import('../bpf/run-statistics.ts');
  return { kernel: new LibbpfKernel(), statistics: RunStatistics.enable() };
}

/** What takes no kernel of ours to look at. */
export interface Sights {
  /** Names of the modules of this machine. */
  readonly modules: () => readonly string[];
  /** Whether a directory is, or would be, in a BPF file system that is mounted over no other. */
  readonly hasBpffs: (directory: string) => boolean;
  /** The names that have a directory below a root; none where that is not ours to look into. */
  readonly pinnedNames: (root: PinPath) => readonly string[];
}

export async function chooseSights(): Promise<Sights> {
  const { LoadedModules } = await import('../bpf/btf/loaded-modules.ts');
  const { hasBpffs, listDirectories } = await import('../bpf/bpffs.ts');
  const { hiddenBpffs } = await import('../bpf/hidden-bpffs.ts');
  const modules = new LoadedModules();
  return {
    modules: () => modules.names(),
    hasBpffs: (directory) => hasBpffs(directory) && hiddenBpffs(directory) === undefined,
    pinnedNames: (root) => pinnedNames(root, listDirectories),
  };
}

function pinnedNames(
  root: PinPath,
  listDirectories: (directory: PinPath) => readonly PinPath[],
): readonly string[] {
  try {
    return listDirectories(root).flatMap((directory) => manifestOf(root, directory) ?? []);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** What sends datagrams to a socket of this machine, as systemd wants to be told things; loads koffi. */
export async function chooseSender(address: string): Promise<(text: string) => void> {
  const { DatagramSocket } = await import('../bpf/libbpf/datagram.ts');
  const socket = new DatagramSocket(address);
  return (text) => socket.send(text);
}

/** What finds the pins of others. */
export async function choosePinSearch(): Promise<FindPins> {
  return (await import('../bpf/pins/find-pins.ts')).findPins;
}
