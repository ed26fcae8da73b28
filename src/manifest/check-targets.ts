import type { Diagnostic, Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { FunctionCatalog } from '../state/function-catalog.ts';
import type { LoadedManifest } from './load-manifest.ts';
import type { ManifestTarget } from './manifest.ts';

/** Looking for near names compares with all 45,000: a manifest that is all wrong does without. */
const mostSuggestions = 20;

/** The targets that are no function of this kernel, or several. */
export function checkTargets(
  { file, manifest, place }: LoadedManifest,
  functions: FunctionCatalog,
): readonly Diagnostic[] {
  const programs = manifest.objects.flatMap((object) => object.programs);
  const targets = programs.flatMap((program) => program.targets);
  const problems = problemsByName(targets, functions);
  return targets.flatMap((target) => {
    const problem = problems.get(target.function);
    return problem === undefined ? [] : [{ file, ...place(target.path, 'value'), ...problem }];
  });
}

function problemsByName(
  targets: readonly ManifestTarget[],
  functions: FunctionCatalog,
): ReadonlyMap<string, Problem> {
  const problems = new Map<string, Problem>();
  for (const name of new Set(targets.map((target) => target.function))) {
    const count = functions.find(name).length;
    if (count > 1) problems.set(name, ambiguous(name, count));
    if (count === 0) problems.set(name, missing(name, problems.size < mostSuggestions, functions));
  }
  return problems;
}

function ambiguous(name: string, count: number): Problem {
  const message = `${quoted(name)} is ambiguous: this kernel has ${count} functions of that name`;
  return { code: 'ambiguous-function', message, hint: 'watch a function whose name is its own' };
}

function missing(name: string, mayCompare: boolean, functions: FunctionCatalog): Problem {
  const near = mayCompare ? didYouMean(name, functions.names()) : undefined;
  const hint = near ?? 'it may be inlined, or have another name in this version of the kernel';
  return { code: 'no-such-function', message: `this kernel has no function ${quoted(name)}`, hint };
}
