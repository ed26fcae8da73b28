import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import { explainWrongType } from './explain-wrong-type.ts';
import type { Path } from './locate.ts';
import { missingKey } from './violation.ts';
import type { Violation } from './violation.ts';

export interface PlacedProblem extends Problem {
  readonly path: Path;
  readonly of: 'key' | 'value';
}

/** A violation of the manifest's schema in words, with the path of the key or value it is about. */
export function explainViolation(violation: Violation): PlacedProblem {
  const { path, keyword, params, propertyName } = violation;
  const missing = missingKey(violation);
  if (missing !== undefined) return { path, of: 'key', ...lacks(missing) };
  if (propertyName !== undefined) {
    return { path: [...path, propertyName], of: 'key', ...badText(violation, propertyName) };
  }
  switch (keyword) {
    case 'additionalProperties':
      return {
        path: [...path, String(params['additionalProperty'])],
        of: 'key',
        ...unknown(violation),
      };
    case 'oneOf':
      return severalTargets(violation);
    case 'uniqueItems':
      return twice(violation);
    default:
      return { path, of: 'value', ...aboutValue(violation) };
  }
}

function aboutValue(violation: Violation): Problem {
  const { keyword, data, path } = violation;
  switch (keyword) {
    case 'type':
      return explainWrongType(violation);
    case 'pattern':
      return badText(violation, String(data));
    case 'enum':
      return badChoice(violation);
    case 'const':
      return unknownVersion(data);
    case 'minimum':
      return {
        code: 'too-small',
        message: `${quoted(String(path.at(-1)))} must not be below ${String(violation.params['limit'])}`,
      };
    case 'maximum':
      return {
        code: 'too-large',
        message: `${quoted(String(path.at(-1)))} must not be above ${String(violation.params['limit'])}`,
      };
    case 'minItems':
    case 'minProperties':
      return { code: 'empty', message: `${quoted(String(path.at(-1)))} needs at least one entry` };
    default:
      return { code: keyword, message: violation.message ?? `violates "${keyword}"` };
  }
}

function unknown({ params, knownKeys }: Violation): Problem {
  const key = String(params['additionalProperty']);
  const hint = didYouMean(key, knownKeys) ?? `known here: ${listed(knownKeys)}`;
  return { code: 'unknown-key', message: `unknown key ${quoted(key)}`, hint };
}

function lacks(key: string): Problem {
  const hint = key === 'version' ? 'begin the manifest with "version: 1"' : undefined;
  return { code: 'missing-key', message: `missing key ${quoted(key)}`, hint };
}

const targetKeys: readonly string[] = ['target', 'targets', 'first_of'];

function severalTargets({ path, data }: Violation): PlacedProblem {
  const [first = '', ...others] = Object.keys(data ?? {}).filter((key) => targetKeys.includes(key));
  const message = `${[first, ...others].map(quoted).join(' and ')} exclude each other`;
  const hint = others.includes('first_of') || first === 'first_of' ? oneOnly : allUnderTargets;
  return {
    path: [...path, others.at(-1) ?? first],
    of: 'key',
    code: 'both-targets',
    message,
    hint,
  };
}

const allUnderTargets = 'put all functions under "targets"';
const oneOnly = '"first_of" watches one function, "targets" all of them';

function twice({ path, params, data }: Violation): PlacedProblem {
  const index = Math.max(Number(params['i']), Number(params['j']));
  const message = `${quoted(String(at(data, index)))} is listed twice`;
  return { path: [...path, index], of: 'value', code: 'listed-twice', message };
}

function at(data: unknown, index: number): unknown {
  return Array.isArray(data) ? data[index] : undefined;
}

/** The schema's titles and descriptions say what a name or path is made of. */
function badText({ title = 'value', description }: Violation, text: string): Problem {
  const message = `${quoted(text)} is not ${/^[aeiou]/.test(title) ? 'an' : 'a'} ${title}`;
  const isPattern = title === 'kernel function name' && /^!|[*?[]/.test(text);
  const hint = isPattern ? 'patterns and "!" stand in a list, under "targets"' : description;
  return { code: 'bad-name', message, hint };
}

function badChoice({ path, params, data }: Violation): Problem {
  const allowed = [params['allowedValues']].flat().map(String);
  const choices = allowed.map(quoted).join(' or ');
  const message = `${quoted(String(path.at(-1)))} must be ${choices}, not ${quoted(String(data))}`;
  return { code: 'bad-choice', message, hint: didYouMean(String(data), allowed) };
}

function unknownVersion(data: unknown): Problem {
  const message = `manifest version ${String(data)} is not supported`;
  return { code: 'unknown-version', message, hint: 'this version of fentryctl reads version 1' };
}
