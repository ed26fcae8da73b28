import type { Draft, DraftObject, DraftProgram, DraftTarget } from '../import/draft.ts';
import { settingLines } from './manifest.ts';
import { printable } from './printable.ts';
import { scalar } from './yaml-scalar.ts';

/** A draft as a commented manifest. */
export function renderDraft({ name, comments, objects }: Draft): string {
  return `${commentLines(comments, '')}version: 1
name: ${scalar(name)}
objects:
${objects.map(objectText).join('')}`;
}

/** The same as a value, without comments; a manifest too, once written as JSON. */
export function draftManifest({ name, objects }: Draft): object {
  const entries = objects.map((object) => {
    const { file, sha256, programs } = object;
    const maps = mapsOf(object);
    const pairs = programs.map((program) => [program.name, programValue(program)] as const);
    return [object.name, { file, sha256, maps, programs: Object.fromEntries(pairs) }] as const;
  });
  return { version: 1, name, objects: Object.fromEntries(entries) };
}

function objectText(object: DraftObject): string {
  const { name, file, comments, sha256, unset, programs } = object;
  return `  ${scalar(name)}:
${commentLines(comments, '    ')}    file: ${scalar(file)}
${sha256 === undefined ? '' : `    sha256: ${scalar(sha256)}\n`}${mapText(object)}${
    unset === undefined ? '' : settingLines(unset)
  }    programs:
${programs.map(programText).join('')}`;
}

function mapText({ maxEntries }: DraftObject): string {
  const entries = Object.entries(maxEntries);
  if (entries.length === 0) return '';
  const lines = entries.map(([map, count]) => `      ${scalar(map)}: { max_entries: ${count} }\n`);
  return `    maps:\n${lines.join('')}`;
}

function programText(program: DraftProgram): string {
  return `${commentLines(program.comments, '      ')}      ${scalar(program.name)}: ${flow(programValue(program))}\n`;
}

function commentLines(comments: readonly string[], indent: string): string {
  return comments.map((comment) => `${indent}# ${printable(comment)}\n`).join('');
}

type Written =
  | string
  | number
  | boolean
  | readonly Written[]
  | { readonly [key: string]: Written | undefined };

/** In the short form where that says all. */
function programValue({ targets, state, replace, protect }: DraftProgram): Written {
  const [target = ''] = targets;
  const isPlain = state === 'attached' && replace === undefined && !protect;
  if (isPlain && targets.length === 1 && typeof target === 'string') return target;
  const watched =
    targets.length === 1 ? { target } : { targets: targets satisfies readonly DraftTarget[] };
  return {
    ...watched,
    state: state === 'attached' ? undefined : state,
    replace,
    protect: protect ? true : undefined,
  };
}

/** YAML on one line. */
function flow(value: Written): string {
  if (typeof value === 'string') return scalar(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  const pairs = Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [`${scalar(key)}: ${flow(part)}`],
  );
  return `{ ${pairs.join(', ')} }`;
}

/** `Array.isArray` does not know lists that are readonly. */
function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value);
}

function mapsOf({ maxEntries }: DraftObject): object | undefined {
  const entries = Object.entries(maxEntries).map(
    ([map, max_entries]) => [map, { max_entries }] as const,
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
