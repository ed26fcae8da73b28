import type { Diagnostic } from '../base/diagnostic.ts';
import type { DesiredMap, DesiredObject, DesiredProgram, DesiredState } from '../state/desired.ts';
import type { Expansion } from '../state/expansion.ts';
import type { MapDescription, ProgramDescription } from '../state/object-info.ts';
import { programsByName } from '../state/object-info.ts';
import { byText } from './by-text.ts';
import { replaceOf } from './check-replace.ts';
import type { Expanded, Look } from './expand-targets.ts';
import { expandTargets } from './expand-targets.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { LoadedObject } from './load-objects.ts';
import type { ManifestMap, ManifestProgram } from './manifest.ts';
import type { TargetSources } from './target-search.ts';
import { TargetSearch } from './target-search.ts';

/**
 * Looks every target up in this kernel. The result is sorted by name, whatever the order of the manifest.
 * Throws an `InvalidError` with every function that may not be missing, is ambiguous or cannot be attached to; if there is
 * nothing else wrong than the last, `requireAttachable` says so.
 */
export function resolve(
  loaded: LoadedManifest,
  objects: readonly LoadedObject[],
  sources: TargetSources,
): DesiredState {
  const search = new TargetSearch(sources);
  const found = objects.map((object) => expand(object, search, 'in BTF'));
  if (found.some(({ programs }) => programs.some((one) => one.expanded.problems.length > 0))) {
    const all = objects.map((object) => expand(object, search, 'closely'));
    throw invalid(
      loaded.file,
      all.flatMap(({ programs }) => programs.flatMap(problemsIn(loaded))),
    );
  }
  const { name, maxDetach } = loaded.manifest;
  return {
    name,
    objects: found.map(resolveObject).toSorted(byName),
    expansions: found.flatMap(expansionsOf).toSorted(byObjectAndProgram),
    maxDetach,
  };
}

function expand(object: LoadedObject, search: TargetSearch, look: Look): ExpandedObject {
  const programs = object.entry.programs.map((program) => {
    return { ...program, expanded: expandTargets(program.targets, search, look) };
  });
  return { ...object, programs };
}

interface ExpandedProgram extends ManifestProgram {
  readonly expanded: Expanded;
}

interface ExpandedObject extends LoadedObject {
  readonly programs: readonly ExpandedProgram[];
}

function problemsIn({ file, place }: LoadedManifest) {
  return ({ expanded: { problems } }: ExpandedProgram): Diagnostic[] =>
    problems.map(([path, problem]) => ({ file, ...place(path, 'value'), ...problem }));
}

function resolveObject({ entry, image, info, programs }: ExpandedObject): DesiredObject {
  const known = programsByName(info);
  return {
    name: entry.name,
    file: image.file,
    digest: image.digest,
    maps: info.maps.map((map) => resolveMap(map, entry.maps)).toSorted(byName),
    programs: programs
      .flatMap((program) => resolveProgram(program, known.get(program.program)))
      .toSorted(byProgramAndTarget),
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
  wanted: ExpandedProgram,
  description: ProgramDescription | undefined,
): DesiredProgram[] {
  const { program, expanded, state, protect } = wanted;
  if (description?.attachType === undefined) throw new Error(`program "${program}" went unchecked`);
  const { attachType } = description;
  const replace = replaceOf(wanted, description);
  return expanded.functions.map(({ name: target, btfId: targetBtfId, home }) => {
    return { program, target, targetBtfId, home, attachType, state, replace, protect };
  });
}

/** Of the programs whose targets are open; the others watch what the manifest names. */
function expansionsOf({ entry, programs }: ExpandedObject): Expansion[] {
  return programs.flatMap(({ program, targets, expanded }) => {
    const { functions, patterns, excluded, idle, leftOut, absent, sameTag } = expanded;
    const isOpen =
      targets.choose === 'first' ||
      targets.items.some(({ kind }) => kind === 'pattern' || kind === 'exclusion');
    if (!isOpen && absent.length + sameTag.length === 0) return [];
    const names = functions.map(({ name }) => name);
    return [
      {
        object: entry.name,
        program,
        targets: names,
        patterns,
        excluded: excluded.length,
        idle,
        leftOut,
        absent,
        sameTag,
      },
    ];
  });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return byText(a.name, b.name);
}

function byProgramAndTarget(a: DesiredProgram, b: DesiredProgram): number {
  return byText(a.program, b.program) || byText(a.target, b.target);
}

function byObjectAndProgram(a: Expansion, b: Expansion): number {
  return byText(a.object, b.object) || byText(a.program, b.program);
}
