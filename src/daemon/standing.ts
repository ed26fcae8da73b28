import path from 'node:path';
import type { Ending } from './ending.ts';
import { isTriedAgain } from './ending.ts';
import type { Following } from './observer.ts';

/** How a manifest stands. */
export interface Standing {
  /** Of its last convergence; `undefined` before the first has ended. */
  readonly ending: Ending | undefined;
  /** How many programs are attached for it, as far as is known. */
  readonly attached: number;
}

/** How one manifest stands, in words. */
export function statusOf({ plan, error }: Ending): string {
  const { name, ...counts } = plan ?? {};
  const who = name === undefined ? '' : `${String(name)}: `;
  if (error === undefined) {
    const pairs = Object.entries(counts).filter(([, count]) => count !== undefined);
    return `${who}as its manifest says (${pairs.map(([key, count]) => `${key}=${String(count)}`).join(' ')})`;
  }
  if (isTriedAgain(error)) return `${who}trying again: ${error.message}`;
  return `${who}failed (exit status ${error.status}): ${error.message}`;
}

/** How several stand, or those of folders: what they come to, and the first that fails. */
export function statusOfSet(
  { folders, problems }: Pick<Following, 'folders' | 'problems'>,
  standings: ReadonlyMap<string, Standing>,
): string {
  const trouble = [...problems].map(([folder, code]) => `, cannot look into ${folder} (${code})`);
  if (standings.size === 0) return `no manifest in ${folders.join(' or ')}${trouble.join('')}`;
  const all = [...standings];
  const attached = all.reduce((sum, [, standing]) => sum + standing.attached, 0);
  const count = all.length === 1 ? '1 manifest' : `${all.length} manifests`;
  return `${count}: ${attached} attached${failures(all)}${trouble.join('')}`;
}

function failures(all: readonly (readonly [string, Standing])[]): string {
  const failed = all.filter(([, { ending }]) => ending?.error !== undefined);
  const [first] = failed;
  if (first === undefined) return '';
  const [manifest, { ending }] = first;
  const error = ending?.error;
  const again = error !== undefined && isTriedAgain(error) ? 'trying again: ' : '';
  return `, ${failed.length} failed: ${path.basename(manifest)}: ${again}${error?.message}`;
}
