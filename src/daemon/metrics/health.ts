import type { Following } from '../observer.ts';
import type { Convergences } from './convergences.ts';

/** Whether all is as the manifests say, as far as the last convergences know; in one line. */
export interface Health {
  readonly isHealthy: boolean;
  readonly line: string;
}

/** Before it is known what is watched, and the first convergence of each has ended, nothing is known. A folder may be empty. */
export function healthOf(
  following: Pick<Following, 'problems'> | undefined,
  manifests: readonly Convergences[],
): Health {
  if (following === undefined || manifests.some(({ last }) => last === undefined))
    return { isHealthy: false, line: 'starting' };
  for (const [folder, code] of following.problems)
    return { isHealthy: false, line: oneLine(`cannot look into ${folder} (${code})`) };
  const failed = manifests.flatMap(({ name, last }) =>
    last?.error === undefined ? [] : [{ name, ...last.error }],
  );
  const [first] = failed;
  if (first === undefined) return { isHealthy: true, line: 'ok' };
  const more = failed.length === 1 ? '' : `, and ${failed.length - 1} more`;
  const line = `${first.name}: failed (exit status ${first.status})${more}: ${first.message}`;
  return { isHealthy: false, line: oneLine(line) };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
