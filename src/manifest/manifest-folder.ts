import { readdirSync } from 'node:fs';
import path from 'node:path';
import { quoted } from '../base/diagnostic.ts';
import { FailedError, PrivilegeError } from '../base/errors.ts';

/** Whether an entry of a folder is a manifest: no dot file, and nothing that an editor leaves beside it (`x.yaml~`, `.x.yaml.swp`). */
export function isManifestEntry(name: string): boolean {
  return /^[^.].*\.ya?ml$/.test(name);
}

/** The manifests among the entries of a folder, in an order that is the same each time; what they are is seen when they are read. */
export function manifestEntries(folder: string, names: readonly string[]): readonly string[] {
  return names
    .filter(isManifestEntry)
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** Whether an operand cannot be meant as a folder, whatever is there: its name is one of a manifest, and no slash is after it. */
export function isManifestPath(operand: string): boolean {
  return !operand.endsWith('/') && isManifestEntry(path.basename(operand));
}

/** The manifests right in a folder; `undefined` for what is no folder, or is not there. */
export function manifestsIn(folder: string): readonly string[] | undefined {
  if (isManifestPath(folder)) return undefined;
  try {
    return manifestEntries(folder, readdirSync(folder));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOTDIR' || (code === 'ENOENT' && !folder.endsWith('/'))) return undefined;
    const isOurs = code === 'EACCES' || code === 'EPERM';
    throw new (isOurs ? PrivilegeError : FailedError)(
      `cannot look into ${quoted(folder)} (${code})`,
      { cause: error, ...(isOurs ? { hint: 'run as a user who may read it' } : {}) },
    );
  }
}
