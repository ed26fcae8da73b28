import { PrivilegeError } from '../base/errors.ts';
import type { Problem } from '../base/diagnostic.ts';
import { nowhere, quoted } from '../base/diagnostic.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { invalid } from './invalid.ts';
import type { OnOpened } from './read-regular-file.ts';
import { noPermission, readRegularFile } from './read-regular-file.ts';

const largestManifest = 2 ** 20;

/**
 * The text of a manifest, without a byte order mark.
 * Throws an `InvalidError`, or a `PrivilegeError` when this user may not read it.
 */
export function readManifest(file: string, onOpened?: OnOpened): string {
  const contents = readRegularFile(file, largestManifest, onOpened);
  if ('problem' in contents) throw refused(file, contents.problem);
  return decodeUtf8(file, contents.bytes);
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
