import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { PrivilegeError } from '../base/errors.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { ObjectInfo } from '../state/object-info.ts';
import { checkReplace } from './check-replace.ts';
import { checkPrograms } from './check-programs.ts';
import { digestObject } from './digest.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { Path } from './locate.ts';
import type { ManifestObject } from './manifest.ts';
import type { OwnershipCheck } from './ownership-check.ts';
import { unchecked } from './ownership-check.ts';
import { objectOpener, objectReader } from './read-object.ts';
import type { ObjectLibrary, ReadObject } from './read-object.ts';
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
  library: ObjectLibrary,
  owners: OwnershipCheck = unchecked,
): readonly LoadedObject[] {
  const open = objectOpener(owners.look);
  const directory = path.resolve(path.dirname(loaded.file));
  const files = loaded.manifest.objects.map((entry) => {
    return { entry, file: path.resolve(directory, entry.file) };
  });
  for (const { file } of files) open(file);
  owners.refuse();
  const read = objectReader(library.inspect, open, loaded.manifest.trustedKeys);
  const results = files.map(({ entry, file }) => ({ entry, read: read(file, entry.sha256) }));
  const diagnostics = results.flatMap((result) => check(loaded, library, result));
  if (diagnostics.length > 0) throw refusal(loaded.file, diagnostics);
  return results.flatMap(({ entry, read: found }) => {
    return 'problem' in found ? [] : [configured(entry, found)];
  });
}

interface Result {
  readonly entry: ManifestObject;
  readonly read: ReadObject;
}

function check(
  { file, place }: LoadedManifest,
  { checkGlobals }: ObjectLibrary,
  { entry, read }: Result,
): Diagnostic[] {
  const here: Path = ['objects', entry.name];
  if ('problem' in read) return [{ file, ...place([...here, read.key], 'value'), ...read.problem }];
  const programs = checkPrograms(entry.programs, read.info).map(([program, problem]) => {
    return { file, ...place([...here, 'programs', program], 'key'), ...problem };
  });
  const replaces = checkReplace(entry.programs, read.info).map(([at, problem]): Diagnostic => {
    return { file, ...place(at, 'value'), ...problem };
  });
  const found = [...programs, ...replaces];
  if (Object.keys(entry.globals).length === 0) return found;
  const globals = checkGlobals(read.image.bytes, entry.globals);
  return [
    ...found,
    ...globals.map(({ path: below, of, ...problem }) => {
      return { file, ...place([...here, 'globals', ...below], of), ...problem };
    }),
  ];
}

/** The image of an object whose entry sets something has a digest of its own. */
function configured(
  entry: ManifestObject,
  { image, info }: Omit<LoadedObject, 'entry'>,
): LoadedObject {
  const { globals } = entry;
  if (Object.keys(globals).length === 0) return { entry, image, info };
  const digest = digestObject(image.bytes, { globals });
  return { entry, info, image: { ...image, digest, settings: { globals } } };
}

function refusal(file: string, diagnostics: readonly Diagnostic[]): Error {
  const [first] = diagnostics;
  if (first === undefined || diagnostics.some(({ code }) => code !== noPermission)) {
    return invalid(file, diagnostics);
  }
  const line = `${quoted(file)}, line ${first.line}`;
  return new PrivilegeError(`cannot read the object file of ${line}: permission denied`, first);
}
