import { globTest } from '../../base/glob.ts';
import type {
  CatalogFunction,
  FunctionCatalog,
  Obstacle,
  UnseenSource,
} from '../../state/function-catalog.ts';
import { kernelFunction } from '../../state/ids.ts';
import { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { modulesWithBtf } from '../btf/read-btf.ts';
import { areSameFunction } from '../programs/same-function.ts';
import { splitModule } from '../programs/split-module.ts';
import { Obstacles } from './obstacles.ts';

/**
 * The functions of the running kernel and of the modules that are loaded now. Each part is read when it is first asked
 * for, once: modules' BTF, symbols and what tracefs tells, of which a catalog of a few exact names needs nothing.
 */
export class KernelCatalog implements FunctionCatalog {
  readonly #btf: Btf;
  readonly #modules = new Map<string, Btf | undefined>();
  readonly #found = new Map<string, readonly CatalogFunction[]>();
  readonly #obstacles: Obstacles;

  constructor(btf: Btf = kernelBtf()) {
    this.#btf = btf;
    this.#obstacles = new Obstacles(btf);
  }

  find(name: string): readonly CatalogFunction[] {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const [module, functionName] = splitModule(name);
    const btf = this.#btfOf(module);
    if (btf === undefined) return [];
    return this.#keep(name, { btf, module, name: functionName, ids: btf.find(functionName) });
  }

  names(): Iterable<string> {
    return this.#btf.names();
  }

  matching(glob: string): readonly CatalogFunction[] {
    const [module, functionGlob] = splitModule(glob);
    if (module === undefined) return this.#matchingIn(this.#btf, functionGlob);
    return modulesWithBtf()
      .filter(globTest(module))
      .toSorted()
      .flatMap((name) => {
        const btf = this.#btfOf(name);
        return btf === undefined ? [] : this.#matchingIn(btf, functionGlob, name);
      });
  }

  obstacle(candidate: CatalogFunction): Obstacle | undefined {
    const [module, name] = splitModule(candidate.name);
    const btf = this.#btfOf(module);
    if (btf === undefined) return undefined; // the module is gone
    const ids = this.find(candidate.name).map(({ btfId }) => btfId);
    return this.#obstacles.of({ name, module, btf, ids, btfId: candidate.btfId });
  }

  prototype({ name, btfId }: CatalogFunction): string {
    const [module] = splitModule(name);
    return this.#btfOf(module)?.prototype(btfId) ?? '';
  }

  hasModule(name: string): boolean {
    return modulesWithBtf().includes(name);
  }

  unseen(): readonly UnseenSource[] {
    return this.#obstacles.unseen();
  }

  #matchingIn(btf: Btf, glob: string, module?: string): readonly CatalogFunction[] {
    const test = globTest(glob);
    const ids = new Map<string, number[]>();
    for (const [id, name] of btf.entries()) {
      if (!test(name)) continue;
      const known = ids.get(name);
      if (known === undefined) ids.set(name, [id]);
      else known.push(id);
    }
    return [...ids.keys()].toSorted().flatMap((name) => {
      const fullName = module === undefined ? name : `${module}:${name}`;
      const same = { btf, module, name, ids: ids.get(name) ?? [] };
      return this.#found.get(fullName) ?? this.#keep(fullName, same);
    });
  }

  /** What BTF has twice, but is one function, counts once. */
  #keep(fullName: string, { btf, module, name, ids }: SameName): readonly CatalogFunction[] {
    const isOne = ids.length > 1 && areSameFunction(btf, name, ids, module);
    const functions = (isOne ? ids.slice(0, 1) : ids).map((btfId) => ({
      name: kernelFunction(fullName),
      btfId,
    }));
    this.#found.set(fullName, functions);
    return functions;
  }

  #btfOf(module: string | undefined): Btf | undefined {
    if (module === undefined) return this.#btf;
    if (!this.#modules.has(module)) this.#modules.set(module, readModule(module, this.#btf));
    return this.#modules.get(module);
  }
}

/** All functions of one name in some BTF. */
interface SameName {
  readonly btf: Btf;
  readonly module: string | undefined;
  readonly name: string;
  readonly ids: readonly number[];
}

/** `undefined` where it is not loaded, has no BTF, or just went away. */
function readModule(name: string, base: Btf): Btf | undefined {
  if (!modulesWithBtf().includes(name)) return undefined;
  return Btf.forModule(name, base);
}
