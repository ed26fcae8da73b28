import type { ErrorObject } from 'ajv/dist/2020.js';
import { suggest } from '../base/suggest.ts';
import type { Path } from './locate.ts';

/** One thing that ajv found, with what the schema says about the value in question. */
export interface Violation {
  readonly path: Path;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string | undefined;
  /** The offending key, where it is a key that is badly named. */
  readonly propertyName: string | undefined;
  readonly data: unknown;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** The keys that the schema knows here. */
  readonly knownKeys: readonly string[];
}

/** More are not worth their time: only the first hundred mistakes are shown. */
const mostConsidered = 1000;

/**
 * Leaves out what only repeats another violation: the keywords that sum up their branches, the
 * branches of a oneOf, whatever else is said about a value of the wrong type, and keys that are
 * missing because they are misspelt.
 */
export function tellingViolations(errors: readonly ErrorObject[], root: unknown): Violation[] {
  const own = errors.filter(saysSomething).slice(0, mostConsidered);
  const wrongTypes = firstByPath(own.filter(({ keyword }) => keyword === 'type'));
  const unknownKeys = own.filter(({ keyword }) => keyword === 'additionalProperties');
  return own
    .filter((error) => (wrongTypes.get(error.instancePath) ?? error) === error)
    .filter((error) => !isMisspelt(error, unknownKeys))
    .map((error) => toViolation(error, root));
}

function saysSomething({ keyword, schemaPath }: ErrorObject): boolean {
  return keyword !== 'if' && keyword !== 'propertyNames' && !schemaPath.includes('/oneOf/');
}

/** The key that a mapping lacks, if that is the violation. */
export function missingKey({
  keyword,
  params,
}: Pick<Violation, 'keyword' | 'params'>): string | undefined {
  if (keyword === 'required') return String(params['missingProperty']);
  return keyword === 'oneOf' && params['passingSchemas'] === null ? 'target' : undefined;
}

function firstByPath(errors: readonly ErrorObject[]): Map<string, ErrorObject> {
  return new Map(errors.toReversed().map((error) => [error.instancePath, error]));
}

function isMisspelt(error: ErrorObject, unknownKeys: readonly ErrorObject[]): boolean {
  const missing = missingKey(error);
  if (missing === undefined) return false;
  return unknownKeys.some(({ instancePath, params }) => {
    if (instancePath !== error.instancePath) return false;
    const key = String(params['additionalProperty']);
    const spelt =
      missing === 'target' ? ['target', 'targets', 'first_of'] : [missing, `${missing}s`];
    return suggest(key, spelt).length > 0;
  });
}

function toViolation(error: ErrorObject, root: unknown): Violation {
  const { keyword, message, propertyName, data } = error;
  const params: Violation['params'] = error.params;
  const { title, description, properties = {} } = (error.parentSchema ?? {}) as SchemaText; // our schema, which ajv took
  const path = pathOf(error.instancePath, root);
  const knownKeys = Object.keys(properties);
  return { path, keyword, params, message, propertyName, data, title, description, knownKeys };
}

/** What of a schema goes into messages; ajv hands it over with `verbose`. */
interface SchemaText {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: object;
}

/** From a JSON pointer; the value tells which numbers are indices. */
function pathOf(pointer: string, root: unknown): Path {
  let here = root;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(here) ? Number(name) : name;
      here = (here as Record<string | number, unknown>)[step]; // ajv walked through it
      return step;
    });
}
