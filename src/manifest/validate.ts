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
  return ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
}
