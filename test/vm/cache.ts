import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const unfinished = '.unfinished-';

/** Where kernels and verdicts outlive the run: never inside the repository. */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  const directory = join(base === '' ? join(homedir(), '.cache') : base, 'fentryctl', 'vm');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/**
 * Makes `path` by filling a directory beside it and renaming that, so that what exists is whole, whoever was
 * interrupted. When somebody else was faster, theirs stays.
 */
export async function makeWhole(
  path: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(path);
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const directory = mkdtempSync(join(parent, unfinished));
  try {
    await fill(directory);
    if (!existsSync(path)) renameSync(directory, path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function removeLeftovers(parent: string): void {
  const day = 24 * 60 * 60 * 1000;
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(unfinished))) {
    const path = join(parent, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - day) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
