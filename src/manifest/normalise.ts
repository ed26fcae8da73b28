import type { DetachLimit, Replace } from '../state/desired.ts';
import { manifestName, mapName, objectName, pinPath, programName } from '../state/ids.ts';
import type { GlobalValues } from '../state/object-settings.ts';
import type { Path } from './locate.ts';
import type {
  Manifest,
  ManifestMap,
  ManifestObject,
  ManifestProgram,
  ManifestReplace,
} from './manifest.ts';
import type { WrittenTargets } from './normalise-targets.ts';
import { toTarget, toTargets } from './normalise-targets.ts';

/** A manifest's value as `schemas/manifest.schema.json` allows it. */
export interface WrittenManifest {
  readonly version: 1;
  readonly name?: string;
  readonly trust?: { readonly keys: readonly string[] };
  readonly objects: Readonly<Record<string, WrittenObject>>;
  readonly guard?: { readonly max_detach?: string | number };
  readonly replace?: Replace;
}

interface WrittenObject {
  readonly file: string;
  readonly sha256?: string;
  readonly globals?: GlobalValues;
  readonly maps?: Readonly<Record<string, WrittenMap>>;
  readonly replace?: Replace;
  readonly programs: Readonly<Record<string, WrittenProgram>>;
}

interface WrittenMap {
  readonly max_entries?: number;
  readonly pin?: string;
  readonly on_change?: 'refuse' | 'recreate';
}

type WrittenProgram = string | WrittenSettings;

interface WrittenSettings extends WrittenTargets {
  readonly state?: ManifestProgram['state'];
  readonly replace?: Replace;
  readonly protect?: boolean;
}

/** Writes the short forms out and fills the defaults in; keeps the order of the text. */
export function normalise(written: WrittenManifest, name: string): Manifest {
  const objects = Object.entries(written.objects);
  return {
    name: manifestName(name),
    trustedKeys: written.trust?.keys,
    objects: objects.map(([key, object]) => toObject(key, object, toReplace(written.replace, []))),
    maxDetach: toLimit(written.guard?.max_detach),
  };
}

/** `50%` or `3`. */
function toLimit(written: string | number | undefined): DetachLimit | undefined {
  if (written === undefined) return undefined;
  if (typeof written === 'number') return { count: written };
  return { percent: Number(written.replace('%', '')) };
}

function toObject(
  name: string,
  written: WrittenObject,
  replaceOfAll: ManifestReplace | undefined,
): ManifestObject {
  const { file, sha256, globals = {}, maps = {}, programs } = written;
  const path = ['objects', name];
  const nearest = toReplace(written.replace, path) ?? replaceOfAll;
  const entries = Object.entries(programs);
  return {
    name: objectName(name),
    file,
    sha256: sha256?.toLowerCase(),
    globals,
    maps: Object.entries(maps).map(([key, map]) => toMap(key, map)),
    programs: entries.map(([key, program]) => {
      const base = { path: [...path, 'programs', key], replace: nearest };
      return toProgram(key, program, base);
    }),
  };
}

function toMap(name: string, { max_entries, pin, on_change }: WrittenMap): ManifestMap {
  return {
    map: mapName(name),
    maxEntries: max_entries,
    pin: pin === undefined ? undefined : pinPath(pin),
    recreate: on_change === 'recreate',
  };
}

function toProgram(
  name: string,
  written: WrittenProgram,
  { path, replace }: Pick<ManifestProgram, 'path' | 'replace'>,
): ManifestProgram {
  const program = programName(name);
  if (typeof written === 'string') {
    const targets = toTarget(written, path);
    return { program, path, targets, state: 'attached', replace, protect: false };
  }
  const { state = 'attached', protect = false } = written;
  const nearest = toReplace(written.replace, path) ?? replace;
  return { program, path, targets: toTargets(written, path), state, replace: nearest, protect };
}

/** `path` leads to what has the key. */
function toReplace(written: Replace | undefined, path: Path): ManifestReplace | undefined {
  return written === undefined ? undefined : { by: written, path: [...path, 'replace'] };
}
