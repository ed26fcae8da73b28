import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifestOfPrograms, manifestOfTargets } from '../../../bench/guest/manifest.ts';
import { sourceOf } from '../../../bench/source.ts';

const functions = ['vfs_open', 'vfs_read'];

test('a program for each function', () => {
  const text = manifestOfPrograms(functions, { replace: 'overlap', file: 'many.bpf.o' });

  expect(parse(text)).toEqual({
    version: 1,
    name: 'bench',
    replace: 'overlap',
    objects: { many: { file: 'many.bpf.o', programs: { p0: 'vfs_open', p1: 'vfs_read' } } },
  });
});

test('only loaded', () => {
  const wanted = { replace: 'exchange', file: 'x.bpf.o', state: 'loaded' } as const;

  expect(parse(manifestOfPrograms(['vfs_open'], wanted))).toMatchObject({
    objects: { many: { programs: { p0: { target: 'vfs_open', state: 'loaded' } } } },
  });
});

test('one program for all functions', () => {
  const text = manifestOfTargets(functions, { replace: 'exchange', file: 'many.bpf.o' });

  expect(parse(text)).toMatchObject({
    objects: { many: { programs: { p0: { max_targets: 2, targets: functions } } } },
  });
});

test('the object has the programs that the manifest names', () => {
  const source = sourceOf(functions, 2);

  expect(source).toContain('PROGRAM(p0, "fentry/vfs_open")\nPROGRAM(p1, "fentry/vfs_read")\n');
  expect(source).toContain('__sync_fetch_and_add(&calls, 2);');
});
