import { pinPath } from '../state/ids.ts';
import type { PinPath } from '../state/ids.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import type { Kernel, ListedEntry, TreeEntry } from './kernel.ts';

/**
 * Removes the manifest's directories that hold nothing any more, and the root if it was the last one. What was read before may
 * be `known`: whatever was pinned since, a directory that holds something stays.
 */
export function sweep(
  kernel: Kernel,
  layout: PinLayout,
  known: readonly (ListedEntry | TreeEntry)[] = kernel.list(layout.directory),
): void {
  const inUse = new Set<PinPath>();
  for (const entry of known.toReversed()) {
    const isOurs = layout.meaning(entry.path)?.kind === 'directory' && entry.kind === 'directory';
    if (isOurs && !inUse.has(entry.path) && kernel.removeDirectory(entry.path)) continue;
    inUse.add(parentOf(entry.path));
  }
  if (inUse.has(layout.directory) || !kernel.removeDirectory(layout.directory)) return;
  kernel.removeDirectory(layout.root);
}

function parentOf(path: PinPath): PinPath {
  return pinPath(path.slice(0, path.lastIndexOf('/')));
}
