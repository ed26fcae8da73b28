import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { InvalidError } from '../base/errors.ts';

/** More than anyone reads; a file that is no manifest at all can have a million. */
export const mostReported = 100;

/** The error for all that is wrong with one manifest: each problem once, in the order of the text. */
export function invalid(file: string, diagnostics: readonly Diagnostic[]): InvalidError {
  const found = distinct(diagnostics).toSorted(byPlace);
  const count = found.length === 1 ? '1 problem' : `${found.length} problems`;
  return new InvalidError(`manifest ${quoted(file)} has ${count}`, found.slice(0, mostReported));
}

/** Two aliases of one anchor lead to the same mistake. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byText = new Map(diagnostics.map((found) => [keyOf(found), found]));
  return [...byText.values()];
}

function keyOf({ line, column, message }: Diagnostic): string {
  return `${line}:${column}:${message}`;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.line - b.line || a.column - b.column || (a.message < b.message ? -1 : 1);
}
