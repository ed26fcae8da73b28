import type { CatalogFunction } from '../state/function-catalog.ts';
import type { FunctionLinks } from '../state/function-links.ts';
import type { KernelFunction } from '../state/ids.ts';

/** Pins that may be there, out of sight: what they attach would be attached twice. */
export interface Hidden {
  /** The mount point of the BPF file system that another is mounted over. */
  readonly point: string;
  /** The functions that something would be attached to, and that have links which no pin in sight holds, or may have. */
  readonly functions: readonly KernelFunction[];
}

/** Whether links of a hidden BPF file system may be on these functions; `visible` are the ids of those whose pins are in sight. */
export function hiddenOn(
  point: string,
  targets: readonly CatalogFunction[],
  links: Pick<FunctionLinks, 'on'>,
  visible: ReadonlySet<number>,
): Hidden | undefined {
  const functions = targets.flatMap((target) => {
    const found = links.on(target);
    const isFree = found?.every((id) => visible.has(id)) ?? false;
    return isFree ? [] : target.name;
  });
  return functions.length === 0 ? undefined : { point, functions };
}
