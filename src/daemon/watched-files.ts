import path from 'node:path';
import { loadManifest } from '../manifest/load-manifest.ts';

/** A manifest and the object files that it names, whether they exist or not; throws as `loadManifest` does. */
export function watchedFiles(manifest: string): readonly string[] {
  const directory = path.resolve(path.dirname(manifest));
  const objects = loadManifest(manifest).manifest.objects.map(({ file }) =>
    path.resolve(directory, file),
  );
  return [...new Set([path.resolve(manifest), ...objects])];
}
