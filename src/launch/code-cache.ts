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
import { isStale } from './cache-name.ts';
import { openOwnDirectory, openOwnFile } from './owned.ts';
import type { Code } from './sealed.ts';
import { seal, unseal } from './sealed.ts';

/** Where the code of a program is kept, and whose that has to be. */
export interface Place {
  readonly directory: string;
  readonly file: string;
  readonly euid: number;
}

/** The code that an earlier run left; `undefined` where there is none, or none to be trusted. */
export function readCode(place: Place, source: Uint8Array): Code | undefined {
  return attempt(() =>
    within(place, (directory) => {
      const fd = openOwnFile(`${directory}/${place.file}`, place.euid);
      try {
        return unseal(readFileSync(fd), source);
      } finally {
        closeSync(fd);
      }
    }),
  );
}

/** Leaves code for later runs, and removes what is stale. Where that cannot be, those do without, and nobody is told. */
export function keepCode(place: Place, code: () => Code, source: Uint8Array): void {
  attempt(() => mkdirSync(place.directory, { recursive: place.euid !== 0, mode: 0o700 })); // or it is there
  attempt(() =>
    within(place, (directory) => {
      replace(`${directory}/${place.file}`, seal(code(), source));
      removeStale(directory);
    }),
  );
}

/** As `replaceFile` does, but for this user alone, and not synchronised: half a file has no right checksum. */
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

function removeStale(directory: string): void {
  for (const file of readdirSync(directory)) {
    const { mtimeMs } = statSync(`${directory}/${file}`);
    if (isStale(file, Date.now() - mtimeMs)) rmSync(`${directory}/${file}`);
  }
}

/** Does something with a path that stays that of the directory which was looked at, whatever becomes of its name. */
function within<T>({ directory, euid }: Place, use: (directory: string) => T): T {
  const fd = openOwnDirectory(directory, euid);
  try {
    return use(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** Code is a gain, and the lack of it no fault: disks are full or read-only, directories somebody else's. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
