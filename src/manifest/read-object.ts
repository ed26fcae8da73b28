import { canonicalJson } from '../base/canonical-json.ts';
import type { Problem } from '../base/diagnostic.ts';
import { InvalidError } from '../base/errors.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { ObjectInfo } from '../state/object-info.ts';
import type { GlobalProblem, GlobalValues, MaxEntries } from '../state/object-settings.ts';
import { checkElf } from './check-elf.ts';
import { digestObject, sha256 } from './digest.ts';
import type { FileContents, OnOpened } from './read-regular-file.ts';
import { largestObject, readRegularFile } from './read-regular-file.ts';
import { checkSignature } from './signature.ts';

/** Reads what an object file holds, its maps with so many entries; an `InvalidError` says why it cannot. */
export type Inspect = (file: string, bytes: Uint8Array, maxEntries?: MaxEntries) => ObjectInfo;

/** What is wrong with values for an object's global variables, all of it, judged by the object's BTF. */
export type CheckGlobals = (bytes: Uint8Array, globals: GlobalValues) => readonly GlobalProblem[];

/** What is to be known of an object file that only libbpf and its BTF can tell. */
export interface ObjectLibrary {
  readonly inspect: Inspect;
  readonly checkGlobals: CheckGlobals;
}

export type ReadObject =
  | { readonly image: ObjectImage; readonly info: ObjectInfo }
  | { readonly problem: Problem; readonly key: 'file' | 'sha256' };

/** Gives the bytes of an object file, which is read the first time only. */
export type OpenObject = (file: string) => FileContents;

/** A function that reads object files, and tells of each before it does. */
export function objectOpener(onOpened?: OnOpened): OpenObject {
  const read = once((file) => readRegularFile(file, largestObject, onOpened));
  return (file) => read(file, undefined);
}

/** The bytes of an object file for BPF, or what is wrong with it; libbpf is not asked. */
export function objectBytes(file: string): FileContents {
  const contents = readRegularFile(file, largestObject);
  if ('problem' in contents) return { problem: inObject(file, contents.problem) };
  const problem = checkElf(contents.bytes);
  return problem === undefined ? contents : { problem };
}

/**
 * A function that reads an object file (an absolute path) and what is in it, its maps with so many entries,
 * however often it is asked only once. A file with another digest than the one given, without a signature of one of the `keys`, if there
 * are any, or which is no BPF object, never reaches `inspect`.
 */
export function objectReader(
  inspect: Inspect,
  open: OpenObject = objectOpener(),
  keys?: readonly string[],
): (file: string, digest?: string, maxEntries?: MaxEntries) => ReadObject {
  const inspected = once((_, { file, bytes, maxEntries }: Inspection): ReadObject => {
    const unsigned = keys === undefined ? undefined : checkSignature(file, bytes, keys);
    return unsigned === undefined
      ? inspectImage({ file, bytes, maxEntries }, inspect)
      : { problem: unsigned, key: 'file' };
  });
  return (file, digest, maxEntries = {}) => {
    const contents = open(file);
    if ('problem' in contents) return { problem: inObject(file, contents.problem), key: 'file' };
    const other = digest === undefined ? undefined : checkDigest(contents.bytes, digest);
    return other === undefined
      ? inspected(canonicalJson([file, maxEntries]), { file, bytes: contents.bytes, maxEntries })
      : { problem: other, key: 'sha256' };
  };
}

interface Inspection {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly maxEntries: MaxEntries;
}

function once<More, T>(compute: (key: string, more: More) => T): (key: string, more: More) => T {
  const known = new Map<string, T>();
  return (key, more) => {
    const result = known.get(key) ?? compute(key, more);
    known.set(key, result);
    return result;
  };
}

function inObject(file: string, problem: Problem): Problem {
  const where = problem.code === 'no-such-file' ? `it was looked for at ${file}` : undefined;
  const message = `the object file ${problem.message}`;
  return { ...problem, message, hint: problem.hint ?? where };
}

function checkDigest(bytes: Uint8Array, expected: string): Problem | undefined {
  const actual = sha256(bytes);
  if (actual === expected) return undefined;
  const message = `the object file has another digest: expected ${expected}, actual ${actual}`;
  const hint = 'if the file is the right one, write its actual digest here';
  return { code: 'other-digest', message, hint };
}

function inspectImage({ file, bytes, maxEntries }: Inspection, inspect: Inspect): ReadObject {
  const unfit = checkElf(bytes);
  if (unfit !== undefined) return { problem: unfit, key: 'file' };
  try {
    const image = { file, bytes, digest: digestObject(bytes) };
    return { image, info: inspect(file, bytes, maxEntries) };
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    const { message, hint, log } = error;
    return { problem: { code: 'bad-object', message, hint, log }, key: 'file' };
  }
}
