import { execFileSync } from 'node:child_process';
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
import { release, tmpdir } from 'node:os';
import path from 'node:path';
import { Btf } from '../../src/bpf/btf/btf.ts';
import { LibbpfKernel } from '../../src/bpf/kernel/libbpf-kernel.ts';
import type { World } from './world.ts';

/** The kernel that runs this process; root only, and best a virtual machine's. */
export function realWorld(): World {
  writeFileSync('/proc/sys/kernel/bpf_stats_enabled', '1'); // else it counts no runs
  const functions = Btf.fromSysFs();
  const ids = new Map<string, number>();
  const btfIdOf = (name: string): number => {
    if (!ids.has(name)) ids.set(name, functions.find(name)[0] ?? 0);
    return ids.get(name) ?? 0;
  };
  return {
    kernel: new LibbpfKernel(),
    btfIdOf,
    untraceable: findUntraceable(btfIdOf),
    tellsTargetOfProgram: isLinux(6, 0),
    tellsTargetOfLink: isLinux(5, 13),
    attachesAgain: isLinux(5, 13),
    call: callVfsRename,
    counted: (map) => dump(map).reduce((sum, element) => sum + element.formatted.value, 0),
    emptySlot: (slot) => void bpftool('map', 'delete', 'pinned', slot, 'key', '0', '0', '0', '0'),
    exists: (file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined,
    makeDirectory: (directory) => void mkdirSync(directory, { recursive: true }),
    makeNote: (note, text) => symlinkSync(text, note),
    copyPin: (from, to) => linkSync(from, to),
    remove: (pin) => unlinkSync(pin),
    openFds: () => readdirSync('/proc/self/fd').length,
  };
}

function dump(map: string): readonly { readonly formatted: { readonly value: number } }[] {
  return JSON.parse(bpftool('map', 'dump', 'pinned', map)) as ReturnType<typeof dump>; // bpftool's form of a map with BTF
}

function bpftool(...args: readonly string[]): string {
  return execFileSync('bpftool', ['-j', ...args], { encoding: 'utf8' });
}

function isLinux(wantedMajor: number, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Code that ftrace keeps out of. Debian's Linux 5.10 has BTF for none: its pahole only wrote what can be traced. */
function findUntraceable(btfIdOf: (name: string) => number): string | undefined {
  const traceable = new Set(
    readFileSync('/sys/kernel/tracing/available_filter_functions', 'utf8').split(/\s+/),
  );
  const candidates = ['do_syscall_64', 'exc_page_fault', 'trace_call_bpf'];
  const found = candidates.find((name) => btfIdOf(name) !== 0 && !traceable.has(name));
  if (found === undefined && isLinux(5, 15)) throw new Error(`${candidates.join(', ')}: all gone`);
  return found;
}

function callVfsRename(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'contract-'));
  mkdirSync(`${directory}/before`);
  renameSync(`${directory}/before`, `${directory}/after`);
  rmSync(directory, { recursive: true });
}
