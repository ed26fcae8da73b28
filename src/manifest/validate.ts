import { existsSync } from 'node:fs';
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

/** The schema as a function; a build has it ready made, which saves loading and running ajv's compiler at each start. */
const compiled: ValidateFunction =
  (await readyMade()) ?? (await import('./compile-schema.ts')).compileSchema().check;

function check(value: unknown): readonly ErrorObject[] {
  compiled(value);
  return compiled.errors ?? [];
}

async function readyMade(): Promise<ValidateFunction | undefined> {
  const file = new URL('../manifest/schema-check.cjs', import.meta.url); // from the bundle, too
  if (!existsSync(file)) return undefined;
  return ((await import(file.href)) as { default: ValidateFunction }).default; // build-schema.ts wrote it
}
