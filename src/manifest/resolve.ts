import type { DesiredMap, DesiredObject, DesiredProgram, DesiredState } from '../state/desired.ts';
import type { FunctionCatalog } from '../state/function-catalog.ts';
import type { MapDescription, ObjectInfo } from '../state/object-info.ts';
import { replaceOf } from './check-replace.ts';
import { checkTargets } from './check-targets.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { LoadedObject } from './load-objects.ts';
import type { ManifestMap, ManifestProgram } from './manifest.ts';

/**
 * Looks every target up in this kernel. The result is sorted by name, whatever the order of the manifest.
 * Throws an `InvalidError` with every function that is missing or ambiguous.
 */
export function resolve(
  loaded: LoadedManifest,
  objects: readonly LoadedObject[],
  functions: FunctionCatalog,
): DesiredState {
  const diagnostics = checkTargets(loaded, functions);
  if (diagnostics.length > 0) throw invalid(loaded.file, diagnostics);
  const desired = objects.map((object) => resolveObject(object, functions));
  const { name, maxDetach } = loaded.manifest;
  return { name, objects: desired.toSorted(byName), maxDetach };
}

function resolveObject(object: LoadedObject, functions: FunctionCatalog): DesiredObject {
  const { entry, image, info } = object;
  const programs = entry.programs.flatMap((program) => resolveProgram(program, info, functions));
  return {
    name: entry.name,
    file: image.file,
    digest: image.digest,
    maps: info.maps.map((map) => resolveMap(map, entry.maps)).toSorted(byName),
    programs: programs.toSorted(byProgramAndTarget),
  };
}

function resolveMap(
  { name, internal, shape }: MapDescription,
  settings: readonly ManifestMap[],
): DesiredMap {
  const setting = settings.find((candidate) => candidate.map === name);
  const { pin, recreate = false } = setting ?? {};
  return { name, internal, shape, sharedAt: pin, recreate };
}

function resolveProgram(
  wanted: ManifestProgram,
  info: ObjectInfo,
  functions: FunctionCatalog,
): DesiredProgram[] {
  const { program, targets, state, protect } = wanted;
  const description = info.programs.find(({ name }) => name === program);
  if (description?.attachType === undefined) throw new Error(`program "${program}" went unchecked`);
  const { attachType } = description;
  const replace = replaceOf(wanted, description);
  return targets.map(({ function: target }) => {
    const [found] = functions.find(target);
    if (found === undefined) throw new Error(`target "${target}" went unchecked`);
    return { program, target, targetBtfId: found.btfId, attachType, state, replace, protect };
  });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}

function byProgramAndTarget(a: DesiredProgram, b: DesiredProgram): number {
  return compare(a.program, b.program) || compare(a.target, b.target);
}

/** By code units: the same everywhere, unlike the order of a locale. */
function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
