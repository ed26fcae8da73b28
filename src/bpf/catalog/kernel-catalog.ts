import { readdirSync } from 'node:fs';
import type { CatalogFunction, FunctionCatalog, Obstacle } from '../../state/function-catalog.ts';
import { kernelFunction } from '../../state/ids.ts';
import type { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { areSameFunction } from '../programs/same-function.ts';

/** The functions of the running kernel. */
export class KernelCatalog implements FunctionCatalog {
  readonly #btf: Btf;

  constructor(btf: Btf = kernelBtf()) {
    this.#btf = btf;
  }

  find(name: string): readonly CatalogFunction[] {
    return this.#btf.find(name).map((btfId) => ({ name: kernelFunction(name), btfId }));
  }

  names(): Iterable<string> {
    return this.#btf.names();
  }

  matching(glob: string): readonly CatalogFunction[] {
    const pattern = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    const names = [...new Set(this.names())].filter((name) => pattern.test(name));
    return names.toSorted().flatMap((name) => this.find(name));
  }

  obstacle({ name }: CatalogFunction): Obstacle | undefined {
    const ids = this.#btf.find(name);
    if (ids.length < 2 || areSameFunction(this.#btf, name, ids)) return undefined;
    return { code: 'ambiguous', text: `this kernel has ${ids.length} functions of that name` };
  }

  prototype({ btfId }: CatalogFunction): string {
    return this.#btf.prototype(btfId);
  }

  hasModule(name: string): boolean {
    return readdirSync('/sys/kernel/btf').includes(name);
  }
}
