import process from 'node:process';
import type { Ports } from '../converge.ts';
import type { FindPins } from '../state/found-program.ts';
import type { RunStatistics } from './live/run-statistics.ts';

/** The only place that chooses a kernel. */
export async function choosePorts(allowInsecureFiles: boolean): Promise<Ports> {
  const { LibbpfKernel } = await import('../bpf/kernel/libbpf-kernel.ts');
  const { inspect } = await import('../bpf/inspect.ts');
  const { checkGlobals } = await import('../bpf/check-globals.ts');
  const { KernelCatalog } = await import('../bpf/catalog/kernel-catalog.ts');
  const { KernelLinks } = await import('../bpf/catalog/kernel-links.ts');
  const { KernelTargetObjects } = await import('../bpf/kernel/target-objects.ts');
  const { missingCapabilities } = await import('../bpf/privileges.ts');
  const isPrivileged = process.geteuid?.() === 0 || missingCapabilities().length === 0;
  const ownersCheckedFor = isPrivileged && !allowInsecureFiles ? process.geteuid?.() : undefined;
  const kernel = new LibbpfKernel();
  const functions = () => new KernelCatalog();
  const links = () => new KernelLinks();
  const targetObjects = () => new KernelTargetObjects();
  return { kernel, inspect, checkGlobals, functions, links, targetObjects, ownersCheckedFor };
}

/** What takes no kernel of ours to look at. */
export interface Sights {
  /** Names of the modules of this machine. */
  readonly modules: () => readonly string[];
  /** Whether a directory is, or would be, in a BPF file system that is mounted over no other. */
  readonly hasBpffs: (directory: string) => boolean;
}

export async function chooseSights(): Promise<Sights> {
  const { LoadedModules } = await import('../bpf/btf/loaded-modules.ts');
  const { hasBpffs } = await import('../bpf/bpffs.ts');
  const { hiddenBpffs } = await import('../bpf/hidden-bpffs.ts');
  const modules = new LoadedModules();
  return {
    modules: () => modules.names(),
    hasBpffs: (directory) => hasBpffs(directory) && hiddenBpffs(directory) === undefined,
  };
}

/** What sends datagrams to a socket of this machine, as systemd wants to be told things; loads koffi. */
export async function chooseSender(address: string): Promise<(text: string) => void> {
  const { DatagramSocket } = await import('../bpf/libbpf/datagram.ts');
  const socket = new DatagramSocket(address);
  return (text) => socket.send(text);
}

/** The kernel's counting of runs, switched on as long as it is held, where that may be. */
export async function chooseRunStatistics(): Promise<RunStatistics> {
  const { enableRunStatistics, isEnabledForAll } = await import('../bpf/run-statistics.ts');
  const held = enableRunStatistics();
  return {
    isOn: () => held !== undefined || isEnabledForAll(),
    [Symbol.dispose]: () => held?.[Symbol.dispose](),
  };
}

/** What finds the pins of others. */
export async function choosePinSearch(): Promise<FindPins> {
  return (await import('../bpf/pins/find-pins.ts')).findPins;
}
