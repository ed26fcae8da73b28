import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import path from 'node:path';

/** The path of one of test/objects. */
export function objectFile(name: string): string {
  return path.join(import.meta.dirname, `../../objects/${name}.bpf.o`);
}

/** Calls `vfs_rename` so many times; nothing else in the VM does. */
export function renameFiles(count = 1): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'rename-'));
  try {
    mkdirSync(`${directory}/0`);
    for (let index = 0; index < count; index += 1) {
      renameSync(`${directory}/${index}`, `${directory}/${index + 1}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** From now on the kernel counts the runs of programs. */
export function countRuns(): void {
  writeFileSync('/proc/sys/kernel/bpf_stats_enabled', '1');
}

/** A directory in bpffs, empty now, and gone with all in it at the end. */
export function pinDirectory(): Disposable & { readonly path: string } {
  const directory = `/sys/fs/bpf/library-${process.pid}`;
  mkdirSync(directory);
  return {
    path: directory,
    [Symbol.dispose]: () => {
      for (const name of readdirSync(directory)) unlinkSync(path.join(directory, name));
      rmSync(directory, { recursive: true });
    },
  };
}

/** Linux of at least that version. */
export function isLinux(major: number, minor: number): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** What bpftool says: an independent witness. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the shape of its answer
export function bpftool<Answer>(...args: readonly string[]): Answer {
  const text = execFileSync('bpftool', ['-j', ...args], { encoding: 'utf8' });
  return JSON.parse(text === '' ? 'null' : text) as Answer; // the caller asserts on what is in it
}

/** Ids of all links of the machine. */
export function linkIds(): readonly number[] {
  return idsOf('link');
}

/** Ids of all programs of the machine. */
export function programIds(): readonly number[] {
  return idsOf('prog');
}

function idsOf(what: string): readonly number[] {
  return bpftool<readonly { readonly id: number }[]>(what, 'list').map(({ id }) => id);
}
