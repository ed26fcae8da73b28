import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostic } from '../base/diagnostic.ts';
import { explainViolation } from './explain-violation.ts';
import type { Locator } from './locate.ts';
import { tellingViolations } from './violation.ts';

/** What is wrong with a manifest's value by `schemas/manifest.schema.json`: one diagnostic for each mistake. */
export function validate(file: string, value: unknown, place: Locator): readonly Diagnostic[] {
  return tellingViolations(check(value), value).map((violation) => {
    const { path, of, ...problem } = explainViolation(violation);
    return { file, ...place(path, of), ...problem };
  });
}

let compiled: ValidateFunction | undefined;

function check(value: unknown): readonly ErrorObject[] {
  compiled ??= compile();
  compiled(value);
  return compiled.errors ?? [];
}

function compile(): ValidateFunction {
  const schema = new URL('../../schemas/manifest.schema.json', import.meta.url);
  // strictRequired would have each branch of a oneOf repeat "properties".
  const strictness = { strict: true, strictRequired: false, allowUnionTypes: true };
  const ajv = new Ajv2020({ ...strictness, allErrors: true, verbose: true });
  const { $defs = {}, ...root } = JSON.parse(readFileSync(schema, 'utf8')) as Schema; // a file of ours
  return ajv.compile(withDefinitions(root, $defs) as Schema); // what went in is an object
}

type Schema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, unknown>>;
  readonly [keyword: string]: unknown;
};

/**
 * The schema with each `$ref` replaced by what it refers to: for every reference, ajv copies all
 * errors so far, and 60,000 wrong programs would take a minute.
 */
function withDefinitions(schema: unknown, definitions: Schema): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withDefinitions(part, definitions));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...own } = schema as Schema; // any object within a schema will do
  const parts = Object.entries(own).map(([key, part]) => [key, withDefinitions(part, definitions)]);
  if ($ref === undefined) return Object.fromEntries(parts);
  const referred = definitions[$ref.replace('#/$defs/', '')];
  if (referred === undefined) throw new Error(`the schema lacks ${$ref}`);
  const definition = withDefinitions(referred, definitions) as Schema; // what went in is an object
  return { ...Object.fromEntries(parts), ...definition };
}
