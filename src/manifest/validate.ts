import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Diagnostic } from '../base/diagnostic.ts';
import { explainViolation } from './explain-violation.ts';
import type { Locator } from './locate.ts';
import { schemaCheck } from './schema-check.ts';
import { tellingViolations } from './violation.ts';

/** What is wrong with a manifest's value by `schemas/manifest.schema.json`: one diagnostic for each mistake. */
export function validate(file: string, value: unknown, place: Locator): readonly Diagnostic[] {
  return tellingViolations(check(value), value).map((violation) => {
    const { path, of, ...problem } = explainViolation(violation);
    return { file, ...place(path, of), ...problem };
  });
}

function check(value: unknown): readonly ErrorObject[] {
  schemaCheck(value);
  return schemaCheck.errors ?? [];
}
