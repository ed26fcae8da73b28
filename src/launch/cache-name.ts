import path from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';

/** What is started often, or keeps somebody waiting: for the rest, writing would take longer than it ever saves. */
const commands = ['validate', 'plan', 'apply', 'watch', 'status', 'destroy', 'targets', 'doctor'];

const dayMs = 24 * 60 * 60_000;

/** What the code of a program is kept as. */
export interface CacheName {
  readonly file: string;
  /** For so long after it was made, runs look whether they compiled more: the first may have had nothing to do. */
  readonly youngMs: number;
}

/**
 * V8 compiles a function when it is called, so each command has code of its own; so has each place where we are installed,
 * since two would write over each other's. To look takes a millisecond, which nobody waits for when a worker ends.
 * `undefined`: its code is not kept.
 */
export function cacheName(program: string, args: readonly string[]): CacheName | undefined {
  const name = path.basename(program, '-program.cjs');
  const isMain = name === 'main';
  const part = isMain ? args.find((arg) => commands.includes(arg)) : name;
  if (part === undefined) return undefined;
  const place = crc32(program).toString(16).padStart(8, '0');
  const file = `${part}-${place}-${process.version}-${process.arch}.code`;
  return { file, youngMs: isMain ? dayMs : Infinity };
}

/** Whether a file, by its name and age, may go: one that another version left. If it is in use yet, it is written again. */
export function isStale(file: string, ageMs: number): boolean {
  return ageMs > 30 * dayMs && /^[a-z-]+-[\da-f]{8}-v\d\S+\.code(?:\.\d+)?$/.test(file);
}
