import type { CST } from 'yaml';
import type { YamlProblem } from './yaml-problems.ts';

/** A manifest needs six levels. */
const deepest = 64;

/**
 * A problem if collections are nested so deeply that recursion over them could end in a stack
 * overflow, from which V8 does not always recover (it aborts while it compiles a RegExp).
 */
export function deepestToken(tokens: readonly CST.Token[]): YamlProblem[] {
  let level = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    const [first] = level;
    if (first !== undefined && depth > deepest) return [tooDeep(first.offset)];
    level = level.flatMap(children);
  }
  return [];
}

function children(token: CST.Token): CST.Token[] {
  const direct = 'value' in token && typeof token.value === 'object' ? [token.value] : [];
  if (!('items' in token)) return direct;
  const items = token.items.flatMap(({ key, value }) => [key, value]);
  return [...direct, ...items].filter((child) => child !== null && child !== undefined);
}

function tooDeep(offset: number): YamlProblem {
  const message = `nested more than ${deepest} levels deep`;
  return { start: offset, end: offset + 1, code: 'too-deep', message };
}
