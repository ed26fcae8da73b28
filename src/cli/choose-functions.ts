import { isGlob } from '../base/glob.ts';
import { quoted } from '../base/diagnostic.ts';
import { InvalidError, UsageError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import type { CatalogFunction, FunctionCatalog } from '../state/function-catalog.ts';
import { functionTest } from '../state/glob.ts';

/** Functions that patterns stand for, and the patterns that stand for none. */
export interface ChosenFunctions {
  /** In the order of the patterns, each once. */
  readonly functions: readonly CatalogFunction[];
  /** Patterns, in the order given. */
  readonly missing: readonly string[];
}

/** Names and globs, without those that start with `!`, wherever those stand: as the targets of a manifest. */
export function chooseFunctions(
  patterns: readonly string[],
  catalog: FunctionCatalog,
): ChosenFunctions {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  if (wanted.length === 0) {
    const hint = `e.g. ${['tcp_*', ...patterns].map((pattern) => `'${pattern}'`).join(' ')}`;
    throw new UsageError('there is no pattern to leave functions out of', { hint });
  }
  const excluded = patterns.filter((pattern) => pattern.startsWith('!'));
  const exclusions = excluded.map((pattern) => functionTest(pattern.slice(1)));
  const found = wanted.map((pattern) => functionsOf(pattern, catalog));
  const functions = distinct(found);
  return {
    functions:
      exclusions.length === 0
        ? functions
        : functions.filter(({ name }) => !exclusions.some((isExcluded) => isExcluded(name))),
    missing: wanted.filter((_, index) => found[index]?.length === 0),
  };
}

/** That this kernel has nothing of that name, and what may have been meant. */
export function noFunction(pattern: string, catalog: FunctionCatalog): InvalidError {
  const beyond = isGlob(pattern) ? undefined : catalog.withoutBtf(pattern);
  if (beyond !== undefined) {
    return new InvalidError(`${quoted(pattern)} cannot be attached to: ${beyond.text}`, [], {
      hint: 'watch a function that calls it, or that it calls',
    });
  }
  const [module, name] = parts(pattern);
  const isModuleMissing = module !== undefined && !isGlob(module) && !catalog.hasModule(module);
  if (isModuleMissing) {
    return new InvalidError(`this kernel has no BTF of a module ${quoted(module)}`, [], {
      hint: `a module has BTF once it is loaded ("modprobe ${module}"), since Linux 5.11, if it was built with it`,
    });
  }
  if (isGlob(pattern)) {
    const hint = `functions of modules are named "module:function", e.g. '*:${name}'`;
    const context = module === undefined ? { hint } : {};
    return new InvalidError(`this kernel has no function like ${quoted(pattern)}`, [], context);
  }
  const hint = nearNames(module, name, catalog);
  return new InvalidError(`this kernel has no function ${quoted(pattern)}`, [], {
    hint: hint ?? 'it may be inlined, or have another name in this version of the kernel',
  });
}

/** The same name in modules before near names: people leave the module out. */
function nearNames(
  module: string | undefined,
  name: string,
  catalog: FunctionCatalog,
): string | undefined {
  const full = module === undefined ? name : `${module}:${name}`;
  if (module !== undefined) return didYouMean(full, namesLike(`${module}:*`, catalog));
  const ofModules = namesLike(`*:${name}`, catalog);
  if (ofModules.length > 0)
    return `did you mean ${ofModules.slice(0, 3).map(quoted).join(' or ')}?`;
  return didYouMean(name, catalog.names());
}

function namesLike(glob: string, catalog: FunctionCatalog): readonly string[] {
  return catalog.matching(glob).map(({ name }) => name);
}

function functionsOf(pattern: string, catalog: FunctionCatalog): readonly CatalogFunction[] {
  return isGlob(pattern) ? catalog.matching(pattern) : catalog.find(pattern);
}

function parts(full: string): readonly [module: string | undefined, name: string] {
  const colon = full.indexOf(':');
  return colon === -1 ? [undefined, full] : [full.slice(0, colon), full.slice(colon + 1)];
}

function distinct(found: readonly (readonly CatalogFunction[])[]): readonly CatalogFunction[] {
  const [only = [], ...others] = found;
  if (others.length === 0) return only;
  return [...new Map(found.flat().map((one) => [keyOf(one), one])).values()];
}

function keyOf({ name, btfId }: CatalogFunction): string {
  return `${name} ${btfId}`;
}
