import { existsSync } from 'node:fs';
import { globTest } from '../../base/glob.ts';
import type {
  CatalogFunction,
  FunctionCatalog,
  Obstacle,
  UnseenSource,
  WithoutBtf,
} from '../../state/function-catalog.ts';
import { kernelFunction } from '../../state/ids.ts';
import { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { modulesWithBtf } from '../btf/read-btf.ts';
import { areSameFunction } from '../programs/same-function.ts';
import { splitModule } from '../programs/split-module.ts';
import { groupsByName } from './groups-by-name.ts';
import { Obstacles } from './obstacles.ts';

/**
 * The functions of the running kernel and of the modules that are loaded now. Each part is read when it is first asked
 * for, once: modules' BTF, symbols and what tracefs tells, of which a catalog of a few exact names needs nothing.
 */
export class KernelCatalog implements FunctionCatalog {
  readonly #btf: Btf;
  readonly #modules = new Map<string, Btf | undefined>();
  /** The functions of a name, in the order of their ids. */
  readonly #found = new Map<string, readonly CatalogFunction[]>();
  /** By id, whether a function has its name for itself, as nearly all have: each is asked about, and its name would take longer to find. */
  readonly #alone = new Map<Btf, Uint8Array>();
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
    const all = btf.find(functionName).map((btfId) => ({ name: kernelFunction(name), btfId }));
    const functions = this.#distinct(all);
    this.#found.set(name, functions);
    return functions;
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
    const same = this.#isAlone(btf, candidate) ? [candidate] : this.find(candidate.name);
    return this.#obstacles.of({ name, module, btf, same, btfId: candidate.btfId });
  }

  prototype({ name, btfId }: CatalogFunction): string {
    const [module] = splitModule(name);
    return this.#btfOf(module)?.prototype(btfId) ?? '';
  }

  withoutBtf(name: string): WithoutBtf | undefined {
    const [module, functionName] = splitModule(name);
    if (module !== undefined && !existsSync(`/sys/module/${module}`)) return undefined;
    return this.#obstacles.withoutBtf(functionName, module);
  }

  hasModule(name: string): boolean {
    return modulesWithBtf().includes(name);
  }

  unseen(): readonly UnseenSource[] {
    return this.#obstacles.unseen();
  }

  #matchingIn(btf: Btf, glob: string, module?: string): readonly CatalogFunction[] {
    const test = globTest(glob);
    const prefix = module === undefined ? '' : `${module}:`;
    const matching: CatalogFunction[] = [];
    for (const [btfId, ownName] of btf.entries()) {
      if (test(ownName)) matching.push({ name: kernelFunction(prefix + ownName), btfId });
    }
    const alone = this.#aloneIn(btf);
    const found: CatalogFunction[] = [];
    for (const same of groupsByName(matching)) {
      const [first] = same;
      const functions = this.#distinct(same);
      if (same.length > 1) this.#found.set(first.name, functions);
      else alone[first.btfId - btf.firstId] = 1;
      found.push(...functions);
    }
    return found;
  }

  #isAlone(btf: Btf, { btfId }: CatalogFunction): boolean {
    return this.#alone.get(btf)?.[btfId - btf.firstId] === 1;
  }

  #aloneIn(btf: Btf): Uint8Array {
    const known = this.#alone.get(btf);
    if (known !== undefined) return known;
    const alone = new Uint8Array(btf.length + 1 - btf.firstId);
    this.#alone.set(btf, alone);
    return alone;
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
