import { ownCache } from '../cache/own-cache.ts';
import { keep, readKept } from '../cache/kept-file.ts';
import type { TextKeeper } from '../state/text-keeper.ts';
import { version } from './version.ts';

const dayMs = 24 * 60 * 60_000;

/** Keeps what the kernel tells where compiled code is kept; `undefined` where nothing is. */
export function textKeeper(cache = ownCache()): TextKeeper | undefined {
  if (cache === undefined) return undefined;
  const purpose = Buffer.from(version()); // another one may write them otherwise
  return {
    read: (name) => readKept(cache, fileOf(name), purpose),
    keep: (name, contents) =>
      keep(cache, fileOf(name), { contents: () => contents, purpose, isStale }),
  };
}

/** Each is written over; what a run left that was killed meanwhile is not. */
function isStale(file: string, ageMs: number): boolean {
  return ageMs > dayMs && /^kernel-[a-z-]+\.names\.\d+$/.test(file);
}

function fileOf(name: string): string {
  return `kernel-${name}.names`;
}
