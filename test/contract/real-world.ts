import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kernelFunctions } from '../../src/bpf/kernel-functions.ts';
import { LibbpfKernel } from '../../src/bpf/libbpf-kernel.ts';
import type { World } from './world.ts';

/** The kernel that runs this process; root only, and best a virtual machine's. */
export function realWorld(): World {
  writeFileSync('/proc/sys/kernel/bpf_stats_enabled', '1'); // else it counts no runs
  const functions = kernelFunctions();
  const ids = new Map<string, number>();
  const btfIdOf = (name: string): number => {
    if (!ids.has(name)) ids.set(name, functions.find(name)[0] ?? 0);
    return ids.get(name) ?? 0;
  };
  return {
    kernel: new LibbpfKernel(),
    btfIdOf,
    untraceable: findUntraceable(btfIdOf),
    call: callVfsRename,
    exists: (file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined,
    makeDirectory: (directory) => void mkdirSync(directory, { recursive: true }),
    makeNote: (note, text) => symlinkSync(text, note),
    copyPin: (from, to) => linkSync(from, to),
    remove: (pin) => unlinkSync(pin),
    openFds: () => readdirSync('/proc/self/fd').length,
  };
}

/** Entry code, which ftrace keeps out of; which of it has BTF depends on the kernel. */
function findUntraceable(btfIdOf: (name: string) => number): string {
  const traceable = new Set(
    readFileSync('/sys/kernel/tracing/available_filter_functions', 'utf8').split(/\s+/),
  );
  const candidates = ['do_syscall_64', 'exc_page_fault', 'trace_call_bpf'];
  const found = candidates.find((name) => btfIdOf(name) !== 0 && !traceable.has(name));
  if (found === undefined) throw new Error(`one of ${candidates.join(', ')} should be untraceable`);
  return found;
}

function callVfsRename(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'contract-'));
  mkdirSync(`${directory}/before`);
  renameSync(`${directory}/before`, `${directory}/after`);
  rmSync(directory, { recursive: true });
}
