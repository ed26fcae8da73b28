import type { TargetSources } from '../../../src/manifest/resolve.ts';
import type { TargetObjects } from '../../../src/state/target-home.ts';
import type {
  CatalogFunction,
  FunctionCatalog,
  Obstacle,
} from '../../../src/state/function-catalog.ts';
import { functionTest } from '../../../src/state/glob.ts';
import { kernelFunction } from '../../../src/state/ids.ts';

/** A function of a kernel in memory; of a module, if its name says so. */
export interface SampleFunction {
  readonly name: string;
  readonly prototype?: string;
  readonly obstacle?: Obstacle;
}

/** A kernel in which BTF of modules has the id 70. */
export const targetObjects: TargetObjects = { moduleBtfId: () => 70 };

/** What `resolve` wants to know of this kernel. */
export function targetSources(functions: FunctionCatalog = functionCatalog()): TargetSources {
  return { functions, targetObjects };
}

const sample: readonly SampleFunction[] = [
  { name: 'filename_lookup' },
  { name: 'do_unlinkat', prototype: 'int do_unlinkat(int dfd, struct filename *name)' },
  { name: 'vfs_read' },
  { name: 'vfs_write' },
  ambiguous('int twice(int once)'),
  ambiguous('void twice(struct file *file)'),
  { name: 'rcu_lock', obstacle: { code: 'dangerous', text: 'it hangs the machine' } },
  { name: 'rcu_entry', obstacle: { code: 'not-traceable', text: 'ftrace keeps out of it' } },
  { name: 'rcu_part', obstacle: { code: 'no-symbol', text: 'only as "rcu_part.isra.0"' } },
  { name: 'rcu_free' },
  { name: 'nf:nf_hook' },
  { name: 'nf:nf_in' },
  { name: 'nf:vfs_hook' },
];

function ambiguous(prototype: string): SampleFunction {
  return { name: 'twice', prototype, obstacle: { code: 'ambiguous', text: 'there are two' } };
}

/** A kernel with these functions, whose BTF ids count from 11; `twice` is there twice, and the module `nf` is loaded. */
export function functionCatalog(functions: readonly SampleFunction[] = sample): FunctionCatalog {
  const all = functions.map((one, index) => ({
    ...one,
    name: kernelFunction(one.name),
    btfId: 11 + index,
  }));
  const known = (wanted: CatalogFunction) =>
    all.find(({ name, btfId }) => name === wanted.name && btfId === wanted.btfId);
  return {
    find: (name) => all.filter((one) => one.name === name),
    names: () => all.map(({ name }) => name).filter((name) => !name.includes(':')),
    matching: (glob) =>
      all
        .filter(({ name }) => functionTest(glob)(name))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    obstacle: (one) => known(one)?.obstacle,
    prototype: (one) => known(one)?.prototype ?? `void ${one.name.replace(/.*:/, '')}(void)`,
    unseen: () => [],
    hasModule: (module) => all.some(({ name }) => name.startsWith(`${module}:`)),
  };
}
