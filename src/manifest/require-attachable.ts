import type { Diagnostic, Problem } from '../base/diagnostic.ts';
import type { KernelFunction } from '../state/ids.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { ManifestProgram, ManifestTarget } from './manifest.ts';
import { cannotAttach } from './target-problems.ts';
import type { TargetSources } from './target-search.ts';
import { TargetSearch } from './target-search.ts';

/**
 * Throws an `InvalidError` with those of the functions that the manifest names, and that cannot, or should not, be attached
 * to. `resolve` leaves this out: the symbols and what ftrace can patch take longer to read than all else, and where
 * something is attached already nobody needs to ask.
 */
export function requireAttachable(
  { file, manifest, place }: LoadedManifest,
  sources: TargetSources,
  functions: ReadonlySet<KernelFunction>,
): void {
  const names: ReadonlySet<string> = functions;
  const search = new TargetSearch(sources);
  const programs = manifest.objects.flatMap((object) => object.programs);
  const unchecked = programs.flatMap((program) =>
    program.targets.items
      .filter((item) => isUnchecked(program, item) && names.has(item.text))
      .map((item) => ({ program, item })),
  );
  sources.functions.expect?.(unchecked.length);
  const problems = unchecked.flatMap(({ program, item }) => {
    const problem = problemOf(program, item, search);
    return problem === undefined ? [] : [{ path: item.path, problem }];
  });
  const diagnostics = problems.map(({ path, problem }): Diagnostic => {
    return { file, ...place(path, 'value'), ...problem };
  });
  if (diagnostics.length > 0) throw invalid(file, diagnostics);
}

/** What may be missing was looked at closely: it depends on it whether it is. */
function isUnchecked({ targets }: ManifestProgram, { kind }: ManifestTarget): boolean {
  return kind === 'function' && targets.choose === 'all' && targets.ifMissing === 'fail';
}

function problemOf(
  { targets }: ManifestProgram,
  { text }: ManifestTarget,
  search: TargetSearch,
): Problem | undefined {
  const found = search.exact(text, targets);
  if ('obstacle' in found) return cannotAttach(found);
  return 'why' in found ? search.explain(text, found.why, false) : undefined;
}
