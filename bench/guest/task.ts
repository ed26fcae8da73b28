import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Case } from '../sample.ts';
import { build, objectPath } from '../build.ts';
import type { Target } from '../targets.ts';
import { manifestOfPrograms, manifestOfTargets } from './manifest.ts';

/** One task, laid out for whoever does it. */
export interface Task extends Case {
  readonly directory: string;
  /** In bpffs; it is there, and empty. */
  readonly pins: string;
}

const directory = '/run/bench';
const helpers = '/run/bench-helpers';
const pins = '/sys/fs/bpf/bench';

/** Writes all files that a peer may ask for: nobody reads from the host's disk while it is measured. */
export function layOut({ work, size }: Case, targets: readonly Target[]): Task {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  mkdirSync(pins, { recursive: true });
  const names = targets.slice(0, size).map(({ name }) => name);
  const ids = targets.slice(0, size).map(({ btfId }) => btfId);
  const objectSize = work === 'program' ? 1 : size;
  copyFileSync(objectPath(objectSize, 1), `${directory}/many.bpf.o`);
  copyFileSync(objectPath(objectSize, 2), `${directory}/next.bpf.o`);
  writeFileSync(`${directory}/targets`, lines(names));
  writeFileSync(`${directory}/ids`, lines(ids));
  writeFileSync(`${directory}/many.bt`, script(names));
  const manifest = work === 'program' ? manifestOfTargets : manifestOfPrograms;
  const manifests = {
    overlap: manifest(names, { replace: 'overlap', file: 'many.bpf.o' }),
    exchange: manifest(names, { replace: 'exchange', file: 'many.bpf.o' }),
    next: manifest(names, { replace: 'exchange', file: 'next.bpf.o' }),
    loaded: manifest(names, { replace: 'exchange', file: 'next.bpf.o', state: 'loaded' }),
  };
  for (const [name, text] of Object.entries(manifests))
    writeFileSync(`${directory}/${name}.yaml`, text, { mode: 0o644 });
  return { work, size, directory, pins };
}

/** How many programs, maps and links are pinned. */
export function pinned(): number {
  if (!existsSync(pins)) return 0; // destroy removes the directory too
  return readdirSync(pins, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.isDirectory() && !entry.isSymbolicLink(),
  ).length;
}

/** Detaches all, and waits until the kernel is at rest: attaches that closely follow a detach wait for it. */
export async function clean(): Promise<void> {
  rmSync(pins, { recursive: true, force: true });
  await setTimeout(1000);
}

/** One of the programs in C that come with the benchmarks. */
export function helper(name: string): string {
  return `${helpers}/${name}`;
}

/** Copies them into memory: the guest caches nothing of a directory that it can write to. */
export function takeHelpers(): void {
  mkdirSync(helpers);
  for (const { name } of readdirSync(build, { withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  ))
    if (!name.includes('.')) copyFileSync(`${build}/${name}`, helper(name));
}

/** BEGIN runs first, but what it prints is read when all is attached. */
function script(names: readonly string[]): string {
  const probes = names.map((name) => `kfunc:${name} { @calls = count(); }`);
  return lines(['BEGIN { printf("attached\\n"); }', ...probes]);
}

function lines(items: readonly (string | number)[]): string {
  return items.map((item) => `${String(item)}\n`).join('');
}
