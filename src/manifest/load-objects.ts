import path from 'node:path';
import type { Diagnostic, Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { PrivilegeError } from '../base/errors.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { ObjectInfo } from '../state/object-info.ts';
import { checkPrograms } from './check-programs.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { Path } from './locate.ts';
import type { ManifestObject } from './manifest.ts';
import type { OwnershipCheck } from './ownership-check.ts';
import { unchecked } from './ownership-check.ts';
import { objectOpener, objectReader } from './read-object.ts';
import type { Inspect, ReadObject } from './read-object.ts';
import { noPermission } from './read-regular-file.ts';

/** A manifest's object, its file, and what is in that. */
export interface LoadedObject {
  readonly entry: ManifestObject;
  readonly image: ObjectImage;
  readonly info: ObjectInfo;
}

/**
 * Reads every object file of a manifest, once, and checks that it has what the manifest asks for, and the
 * signature if the manifest names keys.
 * Throws an `InvalidError` with all that is wrong with any of them, or a `PrivilegeError` if nothing
 * is wrong but that some may not be read. A check that has something against the manifest or any of
 * them refuses them all, before a byte is looked at.
 */
export function loadObjects(
  loaded: LoadedManifest,
  inspect: Inspect,
  owners: OwnershipCheck = unchecked,
): readonly LoadedObject[] {
  const open = objectOpener(owners.look);
  const directory = path.resolve(path.dirname(loaded.file));
  const files = loaded.manifest.objects.map((entry) => {
    return { entry, file: path.resolve(directory, entry.file) };
  });
  for (const { file } of files) open(file);
  owners.refuse();
  const read = objectReader(inspect, open, loaded.manifest.trustedKeys);
  const results = files.map(({ entry, file }) => ({ entry, read: read(file, entry.sha256) }));
  const diagnostics = results.flatMap((result) => check(loaded, result.entry, result.read));
  if (diagnostics.length > 0) throw refusal(loaded.file, diagnostics);
  return results.flatMap((result) => {
    return 'problem' in result.read ? [] : [{ entry: result.entry, ...result.read }];
  });
}

function check(loaded: LoadedManifest, entry: ManifestObject, read: ReadObject): Diagnostic[] {
  const { file, place } = loaded;
  const here: Path = ['objects', entry.name];
  if ('problem' in read) return [{ file, ...place([...here, read.key], 'value'), ...read.problem }];
  const asKey = (program: string, problem: Problem): Diagnostic => {
    return { file, ...place([...here, 'programs', program], 'key'), ...problem };
  };
  return checkPrograms(entry.programs, read.info).map(([program, problem]) =>
    asKey(program, problem),
  );
}

function refusal(file: string, diagnostics: readonly Diagnostic[]): Error {
  const [first] = diagnostics;
  if (first === undefined || diagnostics.some(({ code }) => code !== noPermission)) {
    return invalid(file, diagnostics);
  }
  const line = `${quoted(file)}, line ${first.line}`;
  return new PrivilegeError(`cannot read the object file of ${line}: permission denied`, first);
}
