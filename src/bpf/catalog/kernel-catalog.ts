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
  /** All functions of a name, in the order of their ids. */
  readonly #found = new Map<string, CatalogFunction[]>();
  readonly #obstacles: Obstacles;

  constructor(btf: Btf = kernelBtf()) {
    this.#btf = btf;
    this.#obstacles = new Obstacles(btf);
  }

  find(name: string): readonly CatalogFunction[] {
    const known = this.#found.get(name);
    if (known !== undefined) return this.#distinct(known);
    const [module, functionName] = splitModule(name);
    const btf = this.#btfOf(module);
    if (btf === undefined) return [];
    const fullName = kernelFunction(name);
    const functions = btf.find(functionName).map((btfId) => ({ name: fullName, btfId }));
    this.#found.set(name, functions);
    return this.#distinct(functions);
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

  expect(functions: number): void {
    this.#obstacles.expect(functions);
  }

  obstacle(candidate: CatalogFunction): Obstacle | undefined {
    const [module, name] = splitModule(candidate.name);
    const btf = this.#btfOf(module);
    if (btf === undefined) return undefined; // the module is gone
    const same = this.find(candidate.name);
    return this.#obstacles.of({ name, module, btf, same, btfId: candidate.btfId });
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

  /** Ids go up, so a name is seen for the first time in this pass by its first id, whether or not it was looked up before. */
  #matchingIn(btf: Btf, glob: string, module?: string): readonly CatalogFunction[] {
    const test = globTest(glob);
    const prefix = module === undefined ? '' : `${module}:`;
    const names: string[] = [];
    for (const [btfId, ownName] of btf.entries()) {
      if (!test(ownName)) continue;
      const name = prefix + ownName;
      const others = this.#found.get(name);
      if (others === undefined) this.#found.set(name, [{ name: kernelFunction(name), btfId }]);
      else if (others.every((one) => one.btfId < btfId)) {
        others.push({ name: kernelFunction(name), btfId });
      }
      if (others === undefined || others[0]?.btfId === btfId) names.push(name);
    }
    return names.toSorted().flatMap((name) => this.find(name));
  }

  /** What BTF has twice, but is one function, counts once. */
  #distinct(functions: readonly CatalogFunction[]): readonly CatalogFunction[] {
    const [first] = functions;
    if (first === undefined || functions.length === 1) return functions;
    const [module, name] = splitModule(first.name);
    const ids = functions.map(({ btfId }) => btfId);
    const btf = this.#btfOf(module);
    return btf !== undefined && areSameFunction(btf, name, ids, module) ? [first] : functions;
  }

  #btfOf(module: string | undefined): Btf | undefined {
    if (module === undefined) return this.#btf;
    if (!this.#modules.has(module)) this.#modules.set(module, readModule(module, this.#btf));
    return this.#modules.get(module);
  }
}

/** `undefined` where it is not loaded, has no BTF, or just went away. */
function readModule(name: string, base: Btf): Btf | undefined {
  if (!modulesWithBtf().includes(name)) return undefined;
  return Btf.forModule(name, base);
}
