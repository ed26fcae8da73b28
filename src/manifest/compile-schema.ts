import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';

/** Turns `schemas/manifest.schema.json` into a function that checks a value and notes all that is wrong. */
export function compileSchema(): { readonly ajv: Ajv2020; readonly check: ValidateFunction } {
  const schema = path.join(import.meta.dirname, '../../schemas/manifest.schema.json');
  // strictRequired would have each branch of a oneOf repeat "properties".
  const strictness = { strict: true, strictRequired: false, allowUnionTypes: true };
  const ajv = new Ajv2020({
    ...strictness,
    allErrors: true,
    verbose: true,
    code: { source: true, esm: true },
  });
  const { $defs = {}, ...root } = JSON.parse(readFileSync(schema, 'utf8')) as Schema; // a file of ours
  return { ajv, check: ajv.compile(withDefinitions(root, $defs) as Schema) }; // what went in is an object
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
