import { execFileSync } from 'node:child_process';
import { unlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { KernelCatalog } from '../../src/bpf/catalog/kernel-catalog.ts';
import { KernelLinks } from '../../src/bpf/catalog/kernel-links.ts';
import { EbpfError } from '../../src/bpf/ebpf-error.ts';
import type { FEntry } from '../../src/bpf/programs/fentry.ts';
import { emptyProgram } from './support/empty-program.ts';
import { objectFile } from './support/kernel.ts';
import { withoutPrivileges } from '../unit/manifest/sample.ts';

// Who is on a function, and how many may be: what the kernel tells against what was attached.

const pin = '/sys/fs/bpf/target-of-links';

beforeAll(() => {
  execFileSync('modprobe', ['dummy', 'numdummies=1']);
  execFileSync('bpftool', ['prog', 'load', objectFile('xdp'), pin, 'type', 'xdp']);
});
afterAll(() => {
  unlinkSync(pin);
  execFileSync('rmmod', ['dummy']);
});

test('links on a function of the kernel and of a module, by their ids', () => {
  using first = emptyProgram();
  using second = emptyProgram();
  using ofModule = emptyProgram();
  const ids = [idOf(first, 'vfs_rename'), idOf(second, 'vfs_rename')];
  const idOfModule = idOf(ofModule, 'dummy:dummy_xmit');

  expect(linksOn('vfs_rename')).toEqual(ids);
  expect(linksOn('dummy:dummy_xmit')).toEqual([idOfModule]);
  expect(linksOn('vfs_mkdir')).toEqual([]);
});

test('a link on a function of another program is on none of the kernel', () => {
  using program = emptyProgram();
  program.load({ program: pin, function: 'parse_length' });
  const id = program.attach();
  const links = new KernelLinks();

  const functions = new KernelCatalog(kernelBtf()).matching('*');

  expect(functions.filter((one) => links.on(one)?.includes(id) === true)).toEqual([]);
});

test('without privilege links are not known, and neither is what ftrace can patch; symbols are', () => {
  const catalog = new KernelCatalog(kernelBtf());
  const [found] = catalog.find('vfs_rename');

  const seen = withoutPrivileges(() => ({
    links: found && new KernelLinks().on(found),
    obstacle: found && catalog.obstacle(found),
    unseen: catalog.unseen(),
  }));

  expect(seen).toEqual({ links: undefined, obstacle: undefined, unseen: ['tracefs'] });
});

test('as many as the types of the kernel tell can be attached, and no more', () => {
  const programs: FEntry[] = [];
  try {
    expect(() => {
      for (;;) {
        const program = emptyProgram();
        programs.push(program);
        program.load('bpf_fentry_test1');
        program.attach();
      }
    }).toThrow(EbpfError);

    expect(programs).toHaveLength((new KernelLinks().limit ?? 0) + 1);
    expect(linksOn('bpf_fentry_test1')).toHaveLength(programs.length - 1);
  } finally {
    for (const program of programs) program[Symbol.dispose]();
  }
});

function linksOn(name: string): readonly number[] | undefined {
  const [found] = new KernelCatalog(kernelBtf()).find(name);
  if (found === undefined) throw new Error(`this kernel has no function "${name}"`);
  return new KernelLinks().on(found);
}

/** Attaches it; the link's id. It is detached when the program is closed. */
function idOf(program: FEntry, target: string): number {
  program.load(target);
  return program.attach();
}
