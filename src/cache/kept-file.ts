import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { openOwnDirectory, openOwnFile } from './owned.ts';

/** A directory for what is costly to make again, and whose it has to be. */
export interface Cache {
  readonly directory: string;
  readonly euid: number;
}

/** Whether a file, by its name and age, is of no use to anybody any more. */
export type IsStale = (file: string, ageMs: number) => boolean;

const checksumBytes = 4;

/** What an earlier run left; `undefined` where there is none, or none to be trusted: it is the user's own, whole, and was kept for the same `purpose`. */
export function readKept(cache: Cache, file: string, purpose: Uint8Array): Buffer | undefined {
  return attempt(() =>
    within(cache, (directory) => {
      const fd = openOwnFile(`${directory}/${file}`, cache.euid);
      try {
        return unseal(readFileSync(fd), purpose);
      } finally {
        closeSync(fd);
      }
    }),
  );
}

/** Leaves it for later runs, and removes what is stale. Where that cannot be, those do without, and nobody is told. */
export function keep(cache: Cache, file: string, { contents, purpose, isStale }: Keeping): void {
  attempt(() => mkdirSync(cache.directory, { recursive: cache.euid !== 0, mode: 0o700 })); // or it is there
  attempt(() =>
    within(cache, (directory) => {
      replace(`${directory}/${file}`, seal(contents(), purpose));
      removeStale(directory, isStale);
    }),
  );
}

export interface Keeping {
  readonly contents: () => Uint8Array;
  readonly purpose: Uint8Array;
  readonly isStale: IsStale;
}

/** With a checksum of all that, and of what it is for: half a file has none, nor has one with a bit that flipped. */
function seal(contents: Uint8Array, purpose: Uint8Array): Buffer {
  const sealed = Buffer.alloc(checksumBytes + contents.length);
  sealed.set(contents, checksumBytes);
  sealed.writeUInt32LE(checksum(sealed, purpose));
  return sealed;
}

function unseal(sealed: Buffer, purpose: Uint8Array): Buffer | undefined {
  if (sealed.length < checksumBytes || sealed.readUInt32LE() !== checksum(sealed, purpose)) {
    return undefined;
  }
  return sealed.subarray(checksumBytes);
}

function checksum(sealed: Buffer, purpose: Uint8Array): number {
  return crc32(sealed.subarray(checksumBytes), crc32(purpose));
}

/** As `replaceFile` does, but for this user alone, and not synchronised: the checksum tells. */
function replace(file: string, contents: Uint8Array): void {
  const beside = `${file}.${process.pid}`;
  const { O_WRONLY, O_CREAT, O_EXCL } = constants; // O_EXCL follows no symlink
  const fd = openSync(beside, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    writeFileSync(fd, contents);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function removeStale(directory: string, isStale: IsStale): void {
  for (const file of readdirSync(directory)) {
    const { mtimeMs } = statSync(`${directory}/${file}`);
    if (isStale(file, Date.now() - mtimeMs)) rmSync(`${directory}/${file}`);
  }
}

/** Does something with a path that stays that of the directory which was looked at, whatever becomes of its name. */
function within<T>({ directory, euid }: Cache, use: (directory: string) => T): T {
  const fd = openOwnDirectory(directory, euid);
  try {
    return use(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** What is kept is a gain, and the lack of it no fault: disks are full or read-only, directories somebody else's. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
