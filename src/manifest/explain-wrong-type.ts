import type { Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import type { Path } from './locate.ts';
import type { Violation } from './violation.ts';

/** Says what a value must be and what it is, and how YAML came to read it so. */
export function explainWrongType(violation: Violation): Problem {
  const { path, params, data } = violation;
  if (data === null) return { code: 'no-value', message: `${subject(path)} has no value` };
  const wanted = [params['type']].flat().map(String);
  const message = `${subject(path)} must be ${wanted.map(inWords).join(' or ')}, not ${kindOf(data)}`;
  return { code: 'wrong-type', message, hint: cure(wanted, data, path) };
}

function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the manifest';
  if (typeof last === 'string') return quoted(last);
  return `entry ${last + 1} of ${quoted(String(path.at(-2)))}`;
}

function inWords(type: string): string {
  switch (type) {
    case 'object':
      return 'a mapping';
    case 'array':
      return 'a list';
    case 'integer':
      return 'a whole number';
    case 'bigint':
      return 'a number beyond 2^53';
    default:
      return `a ${type}`;
  }
}

function kindOf(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  return inWords(typeof data);
}

/** What to write instead, for keys whose values are not like others. */
const examples: ReadonlyMap<string, string> = new Map([
  ['guard', '"guard: { max_detach: 100% }" switches it off'],
  ['max_detach', 'e.g. 50% of what is attached, or 3 attachments'],
]);

function cure(wanted: readonly string[], data: unknown, path: Path): string | undefined {
  const example = examples.get(String(path.at(-1)));
  if (example !== undefined && path.length < 3) return example;
  if (path.at(-1) === 'target' && Array.isArray(data)) return 'use "targets" for several functions';
  if (path.at(-2) === 'targets' && isMapping(data))
    return 'a function of a program stands under "target"';
  if (isOneTarget(data, path)) return 'use "target" for one function';
  if (wanted.includes('boolean')) return 'write true or false';
  if (wanted.includes('string') && Array.isArray(data)) return 'write "targets:" before the list';
  if (wanted.includes('string')) return scalarCure(data);
  if (wanted.includes('integer') && typeof data === 'string') return 'write it without quotes';
  if (typeof data === 'string' && /\w:\S/.test(data)) return 'a colon needs a space after it';
  return Array.isArray(data) ? 'write each entry as "name: …", without a dash' : undefined;
}

function isMapping(data: unknown): boolean {
  return kindOf(data) === 'a mapping';
}

function isOneTarget(data: unknown, path: Path): boolean {
  return typeof data === 'string' && ['targets', 'first_of'].includes(String(path.at(-1)));
}

function scalarCure(data: unknown): string | undefined {
  if (typeof data === 'object') return undefined;
  return `YAML reads it as ${kindOf(data)}: put it in quotes`;
}
