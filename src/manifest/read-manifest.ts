import { PrivilegeError } from '../base/errors.ts';
import type { Problem } from '../base/diagnostic.ts';
import { nowhere, quoted } from '../base/diagnostic.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { sha256 } from './digest.ts';
import { invalid } from './invalid.ts';
import type { OnOpened } from './read-regular-file.ts';
import { noPermission, readRegularFile } from './read-regular-file.ts';

const largestManifest = 2 ** 20;

/** A manifest as text, and which bytes that was. */
export interface ManifestText {
  /** Without a byte order mark. */
  readonly text: string;
  /** Of the bytes of the file; 64 hex digits. */
  readonly sha256: string;
}

/**
 * Reads a manifest's text.
 * Throws an `InvalidError`, or a `PrivilegeError` when this user may not read it.
 */
export function readManifest(file: string, onOpened?: OnOpened): ManifestText {
  const contents = readRegularFile(file, largestManifest, onOpened);
  if ('problem' in contents) throw refused(file, contents.problem);
  return { text: decodeUtf8(file, contents.bytes), sha256: sha256(contents.bytes) };
}

function refused(file: string, problem: Problem): Error {
  if (problem.code === noPermission) {
    return new PrivilegeError(`cannot read manifest ${quoted(file)}: permission denied`, {
      hint: 'run as a user who may read it',
    });
  }
  return invalid(file, [
    { file, ...nowhere, ...problem, message: `the manifest ${problem.message}` },
  ]);
}
