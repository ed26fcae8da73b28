import path from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';

/** What is started often, or keeps somebody waiting: for the rest, writing would take longer than it ever saves. */
const commands = ['validate', 'plan', 'apply', 'watch', 'status', 'destroy', 'targets', 'doctor'];

const oldMs = 30 * 24 * 60 * 60_000;

/**
 * The file that the code of a program is kept in. V8 compiles a function when it is called, so each command has code of its
 * own; so has each place where we are installed, since two would write over each other's. `undefined`: it is not kept.
 */
export function cacheName(program: string, args: readonly string[]): string | undefined {
  const name = path.basename(program, '-program.cjs');
  const part = name === 'main' ? args.find((arg) => commands.includes(arg)) : name;
  const place = crc32(program).toString(16).padStart(8, '0');
  return part && `${part}-${place}-${process.version}-${process.arch}.code`;
}

/** Whether a file, by its name and age, may go: one that another version left. If it is in use yet, it is written again. */
export function isStale(file: string, ageMs: number): boolean {
  return ageMs > oldMs && /^[a-z-]+-[\da-f]{8}-v\d\S+\.code(?:\.\d+)?$/.test(file);
}
