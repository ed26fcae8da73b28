import type { CatalogFunction, FunctionCatalog, Obstacle } from '../../state/function-catalog.ts';
import { functionTest } from '../../state/glob.ts';
import { kernelFunction } from '../../state/ids.ts';
import { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { modulesWithBtf } from '../btf/read-btf.ts';
import { areSameFunction } from '../programs/same-function.ts';

/** The functions of the running kernel. */
export class KernelCatalog implements FunctionCatalog {
  readonly #btf: Btf;

  constructor(btf: Btf = kernelBtf()) {
    this.#btf = btf;
  }

  find(name: string): readonly CatalogFunction[] {
    const [module, inModule] = name.split(':');
    const btf = inModule === undefined ? this.#btf : this.#module(module ?? '');
    const ids = btf?.find(inModule ?? name) ?? [];
    return ids.map((btfId) => ({ name: kernelFunction(name), btfId }));
  }

  names(): Iterable<string> {
    return this.#btf.names();
  }

  matching(glob: string): readonly CatalogFunction[] {
    const names = glob.includes(':')
      ? modulesWithBtf().flatMap((one) => this.#namesIn(one))
      : this.names();
    const found = [...new Set(names)].filter((name) => functionTest(glob)(name));
    return found.toSorted().flatMap((name) => this.find(name));
  }

  obstacle({ name }: CatalogFunction): Obstacle | undefined {
    if (name.includes(':')) return undefined;
    const ids = this.#btf.find(name);
    if (ids.length < 2 || areSameFunction(this.#btf, name, ids)) return undefined;
    return { code: 'ambiguous', text: `this kernel has ${ids.length} functions of that name` };
  }

  prototype({ btfId }: CatalogFunction): string {
    return this.#btf.prototype(btfId);
  }

  hasModule(name: string): boolean {
    return modulesWithBtf().includes(name);
  }

  #namesIn(module: string): readonly string[] {
    return [...(this.#module(module)?.names() ?? [])].map((name) => `${module}:${name}`);
  }

  #module(name: string): Btf | undefined {
    return this.hasModule(name) ? Btf.forModule(name, this.#btf) : undefined;
  }
}
