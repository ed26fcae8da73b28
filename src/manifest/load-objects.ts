import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { PrivilegeError } from '../base/errors.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { ObjectInfo } from '../state/object-info.ts';
import type { MaxEntries } from '../state/object-settings.ts';
import { checkMaps, checkSharedPins } from './check-maps.ts';
import { checkReplace } from './check-replace.ts';
import { checkSignatures } from './check-signatures.ts';
import { checkPrograms } from './check-programs.ts';
import { digestObject } from './digest.ts';
import type { PlacedProblem } from './explain-violation.ts';
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
  const results = files.map(({ entry, file }) => {
    return { entry, read: read(file, entry.sha256, maxEntriesOf(entry)) };
  });
  const objects = results.flatMap((result) => {
    return 'problem' in result.read ? [] : [configured(result.entry, result.read)];
  });
  const problems = [
    ...results.flatMap((result) => check(library, result)),
    ...checkSharedPins(objects),
  ];
  const diagnostics = problems.map(({ path: at, of, ...problem }): Diagnostic => {
    return { file: loaded.file, ...loaded.place(at, of), ...problem };
  });
  if (diagnostics.length > 0) throw refusal(loaded.file, diagnostics);
  return objects;
}

interface Result {
  readonly entry: ManifestObject;
  readonly read: ReadObject;
}

function check({ checkGlobals }: ObjectLibrary, { entry, read }: Result): PlacedProblem[] {
  const here: Path = ['objects', entry.name];
  if ('problem' in read) return [{ path: [...here, read.key], of: 'value', ...read.problem }];
  const programs = checkPrograms(entry.programs, read.info).map(([program, problem]) => {
    return { path: [...here, 'programs', program], of: 'key' as const, ...problem };
  });
  const replaces = checkReplace(entry.programs, read.info).map(([at, problem]) => {
    return { path: at, of: 'value' as const, ...problem };
  });
  const signatures = checkSignatures(entry.programs).map(([at, problem]) => {
    return { path: at, of: 'value' as const, ...problem };
  });
  const isSilent = Object.keys(entry.globals).length === 0;
  const globals = isSilent ? [] : checkGlobals(read.image.bytes, entry.globals);
  return [
    ...programs,
    ...replaces,
    ...signatures,
    ...checkMaps(entry, read.info),
    ...globals.map((problem) => ({ ...problem, path: [...here, 'globals', ...problem.path] })),
  ];
}

/** The image of an object whose entry sets something has a digest of its own. */
function configured(
  entry: ManifestObject,
  { image, info }: Omit<LoadedObject, 'entry'>,
): LoadedObject {
  const { globals } = entry;
  const maxEntries = maxEntriesOf(entry);
  const pins = Object.fromEntries(
    entry.maps.flatMap(({ map, pin }) => (pin === undefined ? [] : [[map, pin]])),
  );
  const settings = { globals, maxEntries, pins };
  const said = Object.entries(settings).filter(([, part]) => Object.keys(part).length > 0);
  if (said.length === 0) return { entry, image, info };
  const digest = digestObject(image.bytes, Object.fromEntries(said));
  return { entry, info, image: { ...image, digest, settings: { globals, maxEntries } } };
}

function maxEntriesOf({ maps }: ManifestObject): MaxEntries {
  return Object.fromEntries(
    maps.flatMap(({ map, maxEntries }) => (maxEntries === undefined ? [] : [[map, maxEntries]])),
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
