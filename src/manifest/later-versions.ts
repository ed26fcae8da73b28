import type { Problem } from '../base/diagnostic.ts';

/** What the manifest's documentation promises and this release cannot do yet. */
export function explainLaterTarget(target: unknown): Problem | undefined {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined;
  return {
    code: 'not-yet',
    message: 'a target in another BPF program is not supported by this version of fentryctl',
    hint: 'give the name of a kernel function',
  };
}
