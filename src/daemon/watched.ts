import path from 'node:path';
import { loadManifest } from '../manifest/load-manifest.ts';
import type { ManifestProgram } from '../manifest/manifest.ts';
import { signatureFileOf } from '../manifest/signature.ts';

/** What makes a convergence give another result when it changes. */
export interface Watched {
  /** Absolute paths, whether they exist or not. */
  readonly files: readonly string[];
  /** Names, or globs, of modules that are waited for. */
  readonly modules: readonly string[];
}

/** What it is called, and what it watches. */
export interface Named extends Watched {
  readonly name: string;
}

/**
 * A manifest and the object files and pinned programs that it names, with signatures if those count, and the modules
 * that it waits for;
 * throws as `loadManifest` does.
 */
export function watched(manifest: string): Named {
  const directory = path.resolve(path.dirname(manifest));
  const { name, objects, trustedKeys } = loadManifest(manifest).manifest;
  const files = objects.map(({ file }) => path.resolve(directory, file));
  const signatures = trustedKeys === undefined ? [] : files.map(signatureFileOf);
  const pins = objects.flatMap(({ programs }) => programs.flatMap(pinsOf));
  const modules = objects.flatMap(({ programs }) => programs.flatMap(modulesOf));
  return {
    name,
    files: [...new Set([path.resolve(manifest), ...files, ...signatures, ...pins])],
    modules: [...new Set(modules)],
  };
}

/** Programs that are watched: whoever replaces one puts another pin in its place, and bpffs tells inotify. */
function pinsOf({ targets: { items } }: ManifestProgram): readonly string[] {
  return items.flatMap((item) =>
    item.kind === 'program' && 'pin' in item.program ? [item.program.pin] : [],
  );
}

/** They count once they are there, too: a module may go, and come back. */
function modulesOf({ targets: { ifMissing, items } }: ManifestProgram): readonly string[] {
  if (ifMissing !== 'wait') return [];
  return items.flatMap(({ kind, text }) => {
    const [module = '', name] = text.split(':');
    return kind === 'exclusion' || kind === 'program' || name === undefined ? [] : [module];
  });
}
