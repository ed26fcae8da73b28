import type { TargetSources } from '../../../src/manifest/target-search.ts';
import type { ProgramSearch, TargetObjects } from '../../../src/state/target-home.ts';
import { referenceText } from '../../../src/state/target-home.ts';
import type {
  CatalogFunction,
  FunctionCatalog,
  Obstacle,
  WithoutBtf,
} from '../../../src/state/function-catalog.ts';
import { functionTest } from '../../../src/state/glob.ts';
import { kernelFunction } from '../../../src/state/ids.ts';

/** A function of a kernel in memory; of a module, if its name says so. */
export interface SampleFunction {
  readonly name: string;
  readonly prototype?: string;
  readonly obstacle?: Obstacle;
}

/** Programs by the text of how they are referred to. */
const programs: Readonly<Record<string, ProgramSearch>> = {
  '/sys/fs/bpf/xdp/main': xdp(42),
  'program 42': xdp(42),
  'tag 0123456789abcdef': xdp(42),
  'tag 00000000000000aa': xdp(9, [7, 8]),
  '/sys/fs/bpf/a-map': { what: 'a map' },
  '/sys/fs/bpf/no-btf': { id: 43, btfObjectId: undefined, functions: [], older: [] },
};

function xdp(id: number, older: readonly number[] = []): ProgramSearch {
  const functions = ['pass', 'parse_ip'].map((name, index) => {
    return { name, btfId: 5 + index, prototype: `int ${name}(struct xdp_md *context)` };
  });
  return { id, btfObjectId: 90, functions, older };
}

/** A kernel in which BTF of modules has the id 70. */
export const targetObjects: TargetObjects = {
  moduleBtfId: () => 70,
  program: (reference) => programs[referenceText(reference)] ?? { none: true },
};

/** What `resolve` wants to know of this kernel. */
export function targetSources(functions: FunctionCatalog = functionCatalog()): TargetSources {
  return { functions, targetObjects };
}

/** What only symbols tell of. */
const symbols: ReadonlyMap<string, WithoutBtf> = new Map([
  ['vanished', { code: 'no-symbol', text: 'the compiler made it "vanished.isra.0"' }],
  ['raw:hook', { code: 'no-btf', text: 'the kernel has it, but no BTF that tells its type' }],
]);

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
    withoutBtf: (name) => symbols.get(name),
    unseen: () => [],
    hasModule: (module) => all.some(({ name }) => name.startsWith(`${module}:`)),
  };
}
