import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { objectPath } from './build.ts';
import { sourceOf } from './source.ts';

/** Compiles an object of each size, in two versions; those that are there already stay. */
export function compileObjects(functions: readonly string[], sizes: readonly number[]): void {
  for (const size of new Set([1, ...sizes])) {
    for (const version of [1, 2]) compile(functions.slice(0, size), version);
  }
}

function compile(functions: readonly string[], version: number): void {
  const object = objectPath(functions.length, version);
  const source = object.replace(/\.o$/, '.c');
  const text = sourceOf(functions, version);
  if (existsSync(object) && existsSync(source) && readFileSync(source, 'utf8') === text) return;
  writeFileSync(source, text);
  run('clang', [
    '-O2',
    '-g',
    '-target',
    'bpf',
    '-mcpu=v3',
    `-I${headers()}`,
    '-c',
    source,
    '-o',
    object,
  ]);
  run('llvm-strip', ['-g', object]);
}

/** The kernel's headers keep <asm/types.h> in a folder named for the machine, which -target bpf does not search. */
function headers(): string {
  const { stdout } = spawnSync('gcc', ['-print-multiarch'], { encoding: 'utf8' });
  return `/usr/include/${stdout.trim()}`;
}

function run(program: string, argv: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}
