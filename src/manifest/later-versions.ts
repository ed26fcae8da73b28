import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';

/** What the manifest's documentation promises and this release cannot do yet: keys, by the title of their schema. */
const laterKeys: Readonly<Record<string, readonly string[]>> = {
  'program settings': ['if_missing', 'first_of'],
};

/** Keys that will say which function to watch, in place of `target`. */
export const laterTargetKeys: readonly string[] = ['first_of'];

export function explainLaterKey(
  key: string,
  title: string | undefined,
  known: readonly string[],
): Problem | undefined {
  if (!laterKeys[title ?? '']?.includes(key)) return undefined;
  return later(`key ${quoted(key)}`, `this version knows ${listed(known)} here`);
}

export function explainLaterTarget(target: unknown): Problem | undefined {
  if (typeof target === 'object' && target !== null && !Array.isArray(target)) {
    return later('a target in another BPF program', 'give the name of a kernel function');
  }
  const text = String(target);
  if (/[*?[\]!]/.test(text)) {
    return later(`a pattern of functions (${quoted(text)})`, 'name each function under "targets"');
  }
  if (text.includes(':')) {
    const hint = 'only functions of the kernel image can be watched, by name';
    return later(`a function of a module (${quoted(text)})`, hint);
  }
  return undefined;
}

function later(what: string, hint: string): Problem {
  return {
    code: 'not-yet',
    message: `${what} is not supported by this version of fentryctl`,
    hint,
  };
}
