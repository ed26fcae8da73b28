import type { KernelFunction } from './ids.ts';

/** The functions that the BTF of this kernel and of its loaded modules knows. */
export interface FunctionCatalog {
  /**
   * Functions of exactly that name, `function` of the kernel itself or `module:function` of that module: none, one, or
   * several, since static functions may share a name.
   */
  find(name: string): readonly CatalogFunction[];
  /** Names of the kernel's own functions. */
  names(): Iterable<string>;
  /** Those whose whole name matches a glob (`*`, `?`, `[a-z]`), sorted: the kernel's own, or, where the glob has a colon, modules'. */
  matching(glob: string): readonly CatalogFunction[];
  /** That `obstacle` will be asked of so many functions: changes no answer, but how they are looked up. */
  expect?(functions: number): void;
  /** Why no program can, or should, be attached to it; `undefined`: nothing is known to stand against it. */
  obstacle(candidate: CatalogFunction): Obstacle | undefined;
  /** As C declares it. */
  prototype(candidate: CatalogFunction): string;
  /** What the kernel has by its symbols of a function that no BTF tells of: exactly that name, or what the compiler made in its place. */
  withoutBtf(name: string): WithoutBtf | undefined;
  /** Whether a module of that name is loaded and has BTF. */
  hasModule(name: string): boolean;
  /** Sources that could not be read when they were needed, so that an obstacle may have been overlooked. */
  unseen(): readonly UnseenSource[];
}

/** Why a function that is there in some form cannot be attached to. */
export interface WithoutBtf {
  readonly code: 'no-btf' | 'no-symbol';
  /** For people, to stand after "cannot be attached to: ". */
  readonly text: string;
}

/** `symbols`: /proc/kallsyms; `tracefs`: what ftrace can patch. */
export type UnseenSource = 'symbols' | 'tracefs';

/** A function that a program may be attached to. */
export interface CatalogFunction {
  /** As a manifest names it: `function`, or `module:function`. */
  readonly name: KernelFunction;
  /** In the kernel's BTF, or in that of its module. */
  readonly btfId: number;
}

/** What stands against attaching to a function. */
export interface Obstacle {
  /** `dangerous`: the kernel would let it, and hang, deadlock or recurse; the others it refuses. */
  readonly code:
    | 'dangerous'
    | 'ambiguous'
    | 'no-symbol'
    | 'not-traceable'
    | 'too-many-arguments'
    | 'unsupported-argument'
    | 'denied';
  /** For people, to stand after "cannot be attached to: ". */
  readonly text: string;
}
