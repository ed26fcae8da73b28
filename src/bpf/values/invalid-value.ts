import { didYouMean } from '../../base/suggest.ts';
import { EbpfError } from '../ebpf-error.ts';
import type { StructLayout } from './layout.ts';

/** Where in a value something is: the name of the whole, then members and indices. */
export type Path = readonly (string | number)[];

/** How many names a hint lists. */
const maxNames = 8;

/** Longer strings are cut in a message. */
const maxLetters = 40;

/** A value that its type cannot have, and what it can have. */
export interface Refusal {
  /** The C type. */
  readonly text: string;
  readonly expected: string;
  readonly value: unknown;
  readonly hint?: string | undefined;
}

/** E.g. `"limits[2].uid" (unsigned int) must be a whole number from 0 to 4294967295, not -1`. */
export function invalidValue(path: Path, { text, expected, value, hint }: Refusal): EbpfError {
  const message = `"${pathText(path)}" (${text}) must be ${expected}, not ${describe(value)}`;
  return new EbpfError('InvalidValue', message, { hint });
}

/** A name that a struct or union does not have; it is the last part of the path. */
export function unknownMember(path: Path, { text, names }: StructLayout): EbpfError {
  const message = `"${pathText(path)}" is no member of ${text}`;
  const near = didYouMean(String(path.at(-1)), names);
  return new EbpfError('InvalidValue', message, { hint: near ?? listOf(names, 'its members are') });
}

/** None or several members of a union, whose members lie in the same place. */
export function wrongMembers(
  path: Path,
  layout: StructLayout,
  given: readonly string[],
): EbpfError {
  const found = given.length === 0 ? 'none' : given.map((name) => `"${name}"`).join(', ');
  const message = `"${pathText(path)}" (${layout.text}) must have one member, not ${found}`;
  const hint = listOf(layout.names, 'its members are');
  return new EbpfError('InvalidValue', message, { hint });
}

/** A hint with all names, if they are few enough to be read. */
export function listOf(names: Iterable<string>, before: string): string | undefined {
  const all = [...names].map((name) => `"${name}"`);
  return all.length === 0 || all.length > maxNames ? undefined : `${before} ${all.join(', ')}`;
}

/** A type that has no plain values, with the reason where it is not plain. */
export function noValue(text: string, reason?: string): EbpfError {
  const message = `"${text}" has no plain value`;
  return new EbpfError('InvalidValue', reason === undefined ? message : `${message}: ${reason}`);
}

/** A path as a person writes it, e.g. `limits[2].uid`. */
function pathText([first = '', ...rest]: Path): string {
  const parts = rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`));
  return `${first}${parts.join('')}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > maxLetters ? `${value.slice(0, maxLetters)}…` : value);
  }
  if (typeof value === 'object') return describeObject(value);
  const isPlain = value === undefined || ['number', 'bigint', 'boolean'].includes(typeof value);
  return isPlain ? `${value as number}` : `a ${typeof value}`; // or a bigint, a boolean, undefined
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
