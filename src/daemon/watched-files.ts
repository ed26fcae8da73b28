import path from 'node:path';
import { loadManifest } from '../manifest/load-manifest.ts';
import { signatureFileOf } from '../manifest/signature.ts';

/**
 * A manifest and the object files that it names, with their signatures if those count, whether they exist or not;
 * throws as `loadManifest` does.
 */
export function watchedFiles(manifest: string): readonly string[] {
  const directory = path.resolve(path.dirname(manifest));
  const { objects, trustedKeys } = loadManifest(manifest).manifest;
  const files = objects.map(({ file }) => path.resolve(directory, file));
  const signatures = trustedKeys === undefined ? [] : files.map(signatureFileOf);
  return [...new Set([path.resolve(manifest), ...files, ...signatures])];
}
