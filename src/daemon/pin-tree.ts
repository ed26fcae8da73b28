import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** A directory of bpffs, and which one it is. */
export interface PinDirectory {
  readonly path: string;
  readonly inode: bigint;
}

/** How the pins differ from those that were there before. */
export interface Drift {
  readonly gone: readonly string[];
  readonly added: readonly string[];
  readonly replaced: readonly string[];
}

/**
 * Pins and notes below a directory, by their inodes, which tell one from another at the same path. No pin is opened. Each directory is
 * told before it is read, the one above the first too, so that whoever watches it from then on misses nothing. What cannot be
 * read, or goes meanwhile, is taken as not there.
 */
export function readPinTree(
  directory: string,
  beforeReading: (directory: PinDirectory) => void,
): ReadonlyMap<string, bigint> {
  const pins = new Map<string, bigint>();
  const read = (one: string): void => {
    if (!tell(one, beforeReading)) return;
    for (const entry of entriesOf(one)) {
      const child = path.join(one, entry.name);
      if (entry.isDirectory()) read(child);
      else pins.set(child, inodeOf(child) ?? 0n);
    }
  };
  tell(path.dirname(directory), beforeReading);
  read(directory);
  return pins;
}

function tell(directory: string, beforeReading: (directory: PinDirectory) => void): boolean {
  const inode = inodeOf(directory);
  if (inode !== undefined) beforeReading({ path: directory, inode });
  return inode !== undefined;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function inodeOf(file: string): bigint | undefined {
  try {
    return lstatSync(file, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

/** Nothing, in three lists, if they are the same; by name. */
export function driftBetween(
  before: ReadonlyMap<string, bigint>,
  now: ReadonlyMap<string, bigint>,
): Drift {
  return {
    gone: [...before.keys()].filter((pin) => !now.has(pin)).toSorted(),
    added: [...now.keys()].filter((pin) => !before.has(pin)).toSorted(),
    replaced: [...before.keys()].filter((pin) => isOther(before.get(pin), now.get(pin))).toSorted(),
  };
}

function isOther(before: bigint | undefined, now: bigint | undefined): boolean {
  return now !== undefined && now !== before;
}

export function isDrift({ gone, added, replaced }: Drift): boolean {
  return gone.length + added.length + replaced.length > 0;
}
