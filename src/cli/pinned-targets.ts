import type { Kernel } from '../apply/kernel.ts';
import { observe } from '../apply/observe.ts';
import { AppError } from '../base/errors.ts';
import type { ManifestName, PinPath } from '../state/ids.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { manifestsUnder } from './manifests-under.ts';

/** By the name of a function, the manifests that have a link on it. */
export type PinnedTargets = ReadonlyMap<string, readonly ManifestName[]>;

/** What is pinned below the root; `undefined` where that is not ours to look into, or bpffs is not mounted. */
export function pinnedTargets(kernel: Kernel, root: PinPath): PinnedTargets | undefined {
  try {
    return readTargets(kernel, root);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function readTargets(kernel: Kernel, root: PinPath): PinnedTargets {
  const targets = new Map<string, readonly ManifestName[]>();
  for (const name of manifestsUnder(kernel, root)) {
    const { instances, attachments } = observe(kernel, pinLayout(root, name), name);
    const parts = [...instances.flatMap(({ slots }) => slots), ...attachments];
    for (const { target, link } of parts) {
      const known = targets.get(target) ?? [];
      if (link !== undefined && !known.includes(name)) targets.set(target, [...known, name]);
    }
  }
  return targets;
}
