import type { Problem } from '../base/diagnostic.ts';
import { isGlob } from '../base/glob.ts';
import type { Absence } from '../state/expansion.ts';
import type { CatalogFunction, FunctionCatalog, Obstacle } from '../state/function-catalog.ts';
import type { TargetHome, TargetObjects } from '../state/target-home.ts';
import { isFit, parsePrototype } from './c-prototype.ts';
import type { InProgram, ProgramItem } from './program-target.ts';
import { findInProgram } from './program-target.ts';
import type { ManifestTargets } from './manifest.ts';
import { missing, noModuleBrings } from './target-problems.ts';

/** Looking for near names compares with all 45,000: a manifest that is all wrong does without. */
const mostSuggestions = 20;

/** A function that can be attached to; one that cannot, or should not; or why there is none. */
export type Found = { readonly function: FoundFunction } | Blocked | { readonly why: Absence };

export interface FoundFunction extends CatalogFunction {
  /** `undefined`: the kernel itself. */
  readonly home: TargetHome | undefined;
}

export interface Blocked {
  readonly of: CatalogFunction;
  readonly obstacle: Obstacle | Misfit;
  /** How C declares each function of that name; of a glob's, only where that is the obstacle. */
  readonly prototypes: readonly string[];
}

/** It has another prototype than the manifest demands. */
interface Misfit {
  readonly code: 'signature';
  /** What is demanded. */
  readonly text: string;
}

/** What is to be known of this kernel. */
export interface TargetSources {
  readonly functions: FunctionCatalog;
  readonly targetObjects: TargetObjects;
}

export type Demands = Pick<ManifestTargets, 'allowDangerous' | 'signature'>;

/** Looks up what manifests name, in the functions of one kernel. */
export class TargetSearch {
  readonly #functions: FunctionCatalog;
  readonly #objects: TargetObjects;
  readonly #problems = new Map<string, Problem>();

  constructor({ functions, targetObjects }: TargetSources) {
    this.#functions = functions;
    this.#objects = targetObjects;
  }

  /** One function by its whole name. What only BTF has, and no symbol table, is missing: another kernel may have it. */
  exact(name: string, demands: Demands): Found {
    return this.#judge(name, (first) => this.#obstacle(first, demands));
  }

  /** The same as far as BTF tells: what else stands against it is left for `requireAttachable` to find. */
  exactInBtf(name: string, demands: Demands): Found {
    return this.#judge(name, (first, isOne) =>
      isOne ? this.#misfit(first, demands) : this.#obstacle(first, demands),
    );
  }

  #judge(
    name: string,
    obstacleOf: (first: CatalogFunction, isOne: boolean) => Blocked['obstacle'] | undefined,
  ): Found {
    const candidates = this.#functions.find(name);
    const [first] = candidates;
    if (first === undefined) {
      return { why: this.#functions.withoutBtf(name) ?? this.#whyMissing(name) };
    }
    const obstacle = obstacleOf(first, candidates.length === 1);
    if (obstacle === undefined) return { function: this.#withHome(first) }; // if there are more, they are the same one
    if (obstacle.code === 'no-symbol') return { why: { code: 'no-symbol', text: obstacle.text } };
    const prototypes = candidates.map((one) => this.#functions.prototype(one));
    return { of: first, obstacle, prototypes };
  }

  /** A function of another BPF program. */
  inProgram(item: ProgramItem, demands: Demands): InProgram {
    return findInProgram(item, this.#objects.program(item.program), demands);
  }

  /** Those that a glob stands for, each name once. */
  matching(glob: string, demands: Demands): readonly Exclude<Found, { readonly why: unknown }>[] {
    const all = this.#functions.matching(glob);
    const firsts = all.filter(({ name }, index) => all[index - 1]?.name !== name); // they are sorted
    return firsts.map((candidate) => {
      const obstacle = this.#obstacle(candidate, demands);
      if (obstacle === undefined) return { function: this.#withHome(candidate) };
      const isMisfit = obstacle.code === 'signature';
      return {
        of: candidate,
        obstacle,
        prototypes: isMisfit ? [this.#functions.prototype(candidate)] : [],
      };
    });
  }

  /** Why a glob gives nothing, though so many functions match. */
  whyNone(glob: string, matching: number): { readonly why: Absence } {
    return { why: matching > 0 ? { code: 'none-attachable', matching } : this.#whyMissing(glob) };
  }

  /** What is wrong with a name or glob that may not be missing. `isHopeless`: it is to be waited for, and cannot come. */
  explain(text: string, why: Absence, isHopeless: boolean): Problem {
    if (isHopeless) return noModuleBrings(text, why);
    const known = this.#problems.get(text);
    if (known !== undefined) return known;
    const mayCompare = this.#problems.size < mostSuggestions;
    const problem = missing(text, why, mayCompare ? this.#functions : undefined);
    this.#problems.set(text, problem);
    return problem;
  }

  /** A module's function is of the module that is loaded now. */
  #withHome(candidate: CatalogFunction): FoundFunction {
    const [module, name] = candidate.name.split(':');
    if (module === undefined || name === undefined) return { ...candidate, home: undefined };
    const home = { kind: 'module', btfObjectId: this.#objects.moduleBtfId(module) } as const;
    return { ...candidate, home };
  }

  #obstacle(candidate: CatalogFunction, demands: Demands): Blocked['obstacle'] | undefined {
    const obstacle = this.#functions.obstacle(candidate);
    if (obstacle !== undefined && !(demands.allowDangerous && obstacle.code === 'dangerous')) {
      return obstacle;
    }
    return this.#misfit(candidate, demands);
  }

  #misfit(candidate: CatalogFunction, { signature }: Demands): Misfit | undefined {
    return signature === undefined || this.#hasPrototype(candidate, signature)
      ? undefined
      : { code: 'signature', text: signature };
  }

  #hasPrototype(candidate: CatalogFunction, signature: string): boolean {
    const wanted = parsePrototype(signature);
    const actual = parsePrototype(this.#functions.prototype(candidate));
    return wanted !== undefined && actual !== undefined && isFit(wanted, actual);
  }

  #whyMissing(text: string): Absence {
    const [module, name] = text.split(':');
    if (name === undefined || module === undefined || isGlob(module)) {
      return { code: 'no-such-function' };
    }
    if (this.#functions.hasModule(module)) return { code: 'no-such-function' };
    return { code: 'no-such-module', module };
  }
}
