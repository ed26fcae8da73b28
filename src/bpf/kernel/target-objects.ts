import type { TargetObjects } from '../../state/target-home.ts';
import { moduleBtfId } from '../programs/module-btf.ts';

/** The modules and BPF programs of the running kernel, each looked up once. */
export class KernelTargetObjects implements TargetObjects {
  readonly #ids = new Map<string, number | undefined>();

  moduleBtfId(module: string): number | undefined {
    if (!this.#ids.has(module)) this.#ids.set(module, moduleBtfId(module));
    return this.#ids.get(module);
  }
}
