import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { cacheDirectory, makeWhole } from '../vm/cache.ts';
import { npm } from './npm.ts';

/** The program of another Node: from the cache, or out of the npm package that holds it. Throws when it is not to be had. */
export async function nodeBinary(major: number): Promise<string> {
  const name = `node-linux-${process.arch}`;
  const kept = join(dirname(cacheDirectory()), 'node', `${name}-${String(major)}`);
  if (!existsSync(kept)) {
    await makeWhole(kept, (directory) => fetchNode(`${name}@${String(major)}`, name, directory));
  }
  return join(kept, 'node');
}

// The package has headers and npm too: 60 MB that nobody needs.
async function fetchNode(wanted: string, name: string, directory: string): Promise<void> {
  const prefix = mkdtempSync(join(tmpdir(), 'fentryctl-node-'));
  try {
    await npm(prefix, 'install', '--prefix', prefix, '--ignore-scripts', wanted);
    copyFileSync(join(prefix, 'node_modules', name, 'bin/node'), join(directory, 'node'));
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}
