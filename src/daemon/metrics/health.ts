import type { Convergences } from './convergences.ts';

/** Whether all is as the manifests say, as far as the last convergences know; in one line. */
export interface Health {
  readonly isHealthy: boolean;
  readonly line: string;
}

/** Before the first convergence of each has ended, nothing is known. */
export function healthOf(manifests: readonly Convergences[]): Health {
  if (manifests.length === 0 || manifests.some(({ last }) => last === undefined))
    return { isHealthy: false, line: 'starting' };
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
