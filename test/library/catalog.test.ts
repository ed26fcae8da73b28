import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { KernelCatalog } from '../../src/bpf/catalog/kernel-catalog.ts';
import { kernelSymbols } from '../../src/bpf/catalog/kernel-symbols.ts';
import type { KernelText } from '../../src/bpf/catalog/kernel-text.ts';
import { kernelText } from '../../src/bpf/catalog/kernel-text.ts';
import { EbpfError } from '../../src/bpf/ebpf-error.ts';
import { keepTexts } from '../../src/bpf/keeping.ts';
import type { CatalogFunction, Obstacle } from '../../src/state/function-catalog.ts';
import { emptyProgram } from './support/empty-program.ts';
import { isLinux } from './support/kernel.ts';

// What the catalog says of functions against what this kernel does when a program is attached to them.

beforeAll(() => {
  execFileSync('modprobe', ['dummy', 'numdummies=1']);
});
afterAll(() => {
  execFileSync('rmmod', ['dummy']);
});

describe('what the catalog says is what the kernel does', () => {
  test('functions that nothing stands against, spread over the kernel: a program attaches to each', () => {
    const functions = sample(undefined, 60);

    expect(functions).toHaveLength(60);
    expect(functions.flatMap(refusal)).toEqual([]);
  });

  test.each(['not-traceable', 'unsupported-argument', 'too-many-arguments', 'denied'] as const)(
    '%s: the kernel refuses each',
    (code) => {
      const functions = sample(code, 12);

      expect(functions.length).toBeGreaterThan(0);
      expect(functions.filter((one) => refusal(one).length === 0)).toEqual([]);
    },
  );

  test.runIf(isLinux(6, 2))('no-symbol: the kernel refuses each', () => {
    const functions = sample('no-symbol', 12); // before, pahole left out what the compiler had changed

    expect(functions.length).toBeGreaterThan(0);
    expect(functions.filter((one) => refusal(one).length === 0)).toEqual([]);
  });

  test('all functions of a module', () => {
    const functions = catalog().matching('dummy:*');

    const wrong = functions.filter(
      (one) => (catalog().obstacle(one) === undefined) !== (refusal(one).length === 0),
    );

    expect(functions.length).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });
});

test('what only symbols tell of: the same name without BTF, and what the compiler made of one', () => {
  const lines = readFileSync('/proc/kallsyms', 'latin1').split('\n');
  const symbols = lines
    .filter((line) => / [tT] \w[^\t]*$/.test(line))
    .map((line) => line.slice(19));
  const inBtf = new Set(kernelBtf().names());
  const whole = new Set(symbols);
  const without = symbols.filter((name) => !name.includes('.') && !inBtf.has(name));
  const parts = symbols.filter((name) => /^\w+\.(?:constprop|isra)\.\d+$/.test(name));
  const bases = parts.map((name) => name.slice(0, name.indexOf('.')));
  const made = bases.filter((name) => !inBtf.has(name) && !whole.has(name));

  expect(without.length).toBeGreaterThan(10);
  for (const name of without.slice(0, 20))
    expect([name, catalog().withoutBtf(name)?.code]).toEqual([name, 'no-btf']);
  expect(made.length).toBeGreaterThan(10);
  for (const name of made.slice(0, 20))
    expect([name, catalog().withoutBtf(name)]).toEqual([
      name,
      { code: 'no-symbol', text: expect.stringContaining(`"${name}.`) as unknown },
    ]);
  expect(catalog().withoutBtf('vfs_raed')).toBeUndefined();
  expect(catalog().withoutBtf('no_such_module:vfs_read')).toBeUndefined();
});

test('what was kept of the kernel is read again after a module was loaded again, which may be another by then', () => {
  const kept = new Map<string, Buffer>();
  keepTexts({
    read: (name) => kept.get(name),
    keep: (name, contents) => kept.set(name, contents),
  });
  try {
    let reads = 0;
    const look = (): KernelText | undefined =>
      kernelText('anything', () => Buffer.from(String((reads += 1))));
    const texts = [look(), look()];
    const symbols = kernelSymbols();
    expect(kernelSymbols()).toBe(symbols);

    execFileSync('rmmod', ['dummy']);
    execFileSync('modprobe', ['dummy', 'numdummies=1']);

    texts.push(look(), look());
    expect(kernelSymbols()).not.toBe(symbols);
    expect(texts.map((text) => String(text?.bytes))).toEqual(['1', '1', '2', '2']);
  } finally {
    keepTexts(undefined);
  }
});

let known: KernelCatalog | undefined;
function catalog(): KernelCatalog {
  known ??= new KernelCatalog(kernelBtf());
  return known;
}

type Verdict = Obstacle['code'] | undefined;
const byVerdict = new Map<Verdict, CatalogFunction[]>();

/** Of all functions of a verdict, so many, evenly spread over the names: the same ones in each run on the same kernel. */
function sample(verdict: Verdict, count: number): readonly CatalogFunction[] {
  if (byVerdict.size === 0) {
    for (const one of catalog().matching('*')) {
      const code = catalog().obstacle(one)?.code;
      const others = byVerdict.get(code);
      if (others === undefined) byVerdict.set(code, [one]);
      else others.push(one);
    }
  }
  const all = byVerdict.get(verdict) ?? [];
  return all.filter((_, index) => (index * count) % all.length < count);
}

/** Why the kernel did not let a program attach; empty if it did. It is gone again afterwards. */
function refusal({ name }: CatalogFunction): readonly string[] {
  using program = emptyProgram();
  try {
    program.load(name);
    program.detach(program.attach());
    return [];
  } catch (error) {
    if (error instanceof EbpfError) return [`${name}: ${error.message}`];
    throw error;
  }
}
