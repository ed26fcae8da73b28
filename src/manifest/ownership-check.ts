import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { Diagnostic, Problem } from '../base/diagnostic.ts';
import { nowhere } from '../base/diagnostic.ts';
import { RefusedError } from '../base/errors.ts';
import { pathEntries } from '../base/path-entries.ts';
import type { Ownership } from './file-fault.ts';
import { faultOf } from './file-fault.ts';

/** Keeps a privileged caller from taking what others could change into the kernel. */
export interface OwnershipCheck {
  /** Looks at a file that is open, with what fstat(2) tells of it, and at the way to it; notes each fault. */
  readonly look: (file: string, opened: Stats) => void;
  /** Throws a `RefusedError` with every fault noted so far, each with its cure; does nothing if there is none. */
  readonly refuse: () => void;
}

/** Takes every file: for those who load nothing, or could not, or were told not to mind. */
export const unchecked: OwnershipCheck = { look: () => {}, refuse: () => {} };

/**
 * A check for a caller with this user id, `unchecked` for none: files and directories must belong to root or to the caller, and nobody
 * else may write them; symlinks on the way count, and so does every directory up to the root.
 *
 * The file itself is judged by what is open, not by its name. The way to it is looked at afterwards, from the top:
 * where only root and the caller may write, nobody else can exchange what is below between two looks, and that it
 * ends at the very file that is open is checked. What remains: whoever opened the file for writing before its mode
 * was cured may write still (what is read is what is loaded, so at most once), and a file system is believed, though
 * one that a user serves (FUSE with allow_other, NFS) may say what it likes about owners.
 */
export function ownershipCheckFor(caller: number | undefined): OwnershipCheck {
  if (caller === undefined) return unchecked;
  const faults = new Map<string, Problem>();
  const note = (file: string, problem: Problem | undefined): void => {
    if (problem !== undefined) faults.set(file, problem);
  };
  return {
    look: (file, opened) => {
      let isReached = false;
      for (const entry of wayTo(file)) {
        const isIt = entry.stats?.dev === opened.dev && entry.stats.ino === opened.ino;
        isReached ||= isIt;
        const stats = isIt ? opened : entry.stats;
        if (stats !== undefined) note(entry.file, faultOf(entry.file, ownershipOf(stats), caller));
      }
      if (!isReached) note(path.resolve(file), exchanged);
    },
    refuse: () => {
      if (faults.size > 0) throw refusal(faults, caller);
    },
  };
}

const exchanged: Problem = {
  code: 'exchanged-file',
  message: 'it was exchanged while it was read',
  hint: 'run the command again',
};

/** From the root on, which is a directory like the others here. */
function* wayTo(file: string): Generator<{ file: string; stats: Stats | undefined }, void> {
  yield { file: '/', stats: lstatSync('/') };
  for (const { directory, name, stats } of pathEntries(file)) {
    yield { file: path.join(directory, name), stats };
  }
}

function ownershipOf(stats: Stats): Ownership {
  const { mode, uid, gid } = stats;
  if (stats.isSymbolicLink()) return { kind: 'symlink', mode, uid, gid };
  return { kind: stats.isDirectory() ? 'directory' : 'file', mode, uid, gid };
}

function refusal(faults: ReadonlyMap<string, Problem>, caller: number): RefusedError {
  const diagnostics = [...faults].map(([file, problem]): Diagnostic => ({
    file,
    ...nowhere,
    ...problem,
  }));
  const count = faults.size === 1 ? '1 file or directory' : `${faults.size} files or directories`;
  const others = caller === 0 ? 'root' : `root and user ${caller}`;
  return new RefusedError(`refused: others than ${others} could change ${count}`, {
    diagnostics,
    hint: 'cure each, or put copies into a directory of root\'s; "--allow-insecure-files" takes them as they are',
  });
}
