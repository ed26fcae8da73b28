import { expect, test } from 'vitest';
import { sweep } from '../../../src/apply/sweep.ts';
import { pinPath } from '../../../src/state/ids.ts';
import { put } from '../../memory-kernel/bpf-filesystem.ts';
import { MemoryKernel } from '../../memory-kernel/memory-kernel.ts';
import { digests, layout } from '../plan/sample.ts';

test.each([
  ['nothing is there', [], []],
  ['all that is ours is empty', ['maps/opens/', `objects/opens/${digests.a}/programs/p/f/`], []],
  [
    'a note holds the directories above it',
    [`objects/opens/${digests.a}/source`, 'maps/opens/'],
    [
      '',
      'objects',
      'objects/opens',
      `objects/opens/${digests.a}`,
      `objects/opens/${digests.a}/source`,
    ],
  ],
  ['a foreign directory stays, empty as it is', ['mine%/', 'maps/'], ['', 'mine%']],
  ['a directory in place of a pin is foreign', ['maps/o/m/'], ['', 'maps', 'maps/o', 'maps/o/m']],
])('%s', (_, made, left) => {
  const kernel = new MemoryKernel(new Map());
  for (const below of made) make(kernel, below);

  sweep(kernel, layout);

  const paths = kernel.read(layout.root).map(({ path }) => path.slice(layout.directory.length + 1));
  expect(paths).toEqual(left);
  expect(kernel.machine.state.tree.has(layout.root)).toBe(left.length > 0);
});

test('another manifest keeps the root', () => {
  const kernel = new MemoryKernel(new Map());
  make(kernel, 'maps/');
  kernel.machine.makeDirectories(pinPath(`${layout.root}/other`));

  sweep(kernel, layout);

  expect(kernel.read(layout.root).map(({ path }) => path)).toEqual([`${layout.root}/other`]);
});

test('what was read before is swept, but for what was filled since', () => {
  const kernel = new MemoryKernel(new Map());
  make(kernel, 'maps/opens/');
  make(kernel, 'objects/opens/');
  const before = kernel.read(layout.directory);
  make(kernel, `objects/opens/${digests.a}/source`);

  sweep(kernel, layout, before);

  const left = kernel.list(layout.directory).map(({ path }) => path);
  expect(left).toContain(`${layout.directory}/objects/opens/${digests.a}/source`);
  expect(left).not.toContain(`${layout.directory}/maps`);
});

/** A directory if the path ends with a slash, otherwise a note. */
function make({ machine }: MemoryKernel, below: string): void {
  const path = `${layout.directory}/${below}`;
  machine.makeDirectories(pinPath(path.slice(0, path.lastIndexOf('/'))));
  if (!path.endsWith('/')) put(machine.state.tree, pinPath(path), { kind: 'note', text: '' });
}
