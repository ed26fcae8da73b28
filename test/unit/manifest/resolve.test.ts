import path from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { resolve } from '../../../src/manifest/resolve.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import type { FunctionCatalog } from '../../../src/state/function-catalog.ts';
import { functionCatalog, targetSources } from './catalog.ts';
import { diagnosticsOf, directoryWithObjects, library } from './sample.ts';
import type { Directory } from './sample.ts';

test('one program for each target, sorted, with what the kernel and the object say', () => {
  using directory = directoryWithObjects();

  const { name, objects } = resolved(
    directory,
    `  b: { file: opens.bpf.o, programs: { on_unlink: { targets: [vfs_write, do_unlinkat], state: loaded, protect: true }, count_lookup: vfs_read } }
  B: { file: opens.bpf.o, programs: { count_lookup: vfs_read } }
`,
  );

  expect(name).toBe('audit');
  expect(objects.map((object) => object.name)).toEqual(['B', 'b']);
  expect(objects[1]?.file).toBe(path.join(directory.path, 'opens.bpf.o'));
  expect(objects[1]?.programs).toEqual([
    {
      program: 'count_lookup',
      target: 'vfs_read',
      targetBtfId: 13,
      home: undefined,
      attachType: 'fentry',
      state: 'attached',
      replace: 'exchange',
      protect: false,
    },
    {
      program: 'on_unlink',
      target: 'do_unlinkat',
      targetBtfId: 12,
      home: undefined,
      attachType: 'fexit',
      state: 'loaded',
      replace: 'exchange',
      protect: true,
    },
    {
      program: 'on_unlink',
      target: 'vfs_write',
      targetBtfId: 14,
      home: undefined,
      attachType: 'fexit',
      state: 'loaded',
      replace: 'exchange',
      protect: true,
    },
  ]);
});

test('by default programs are replaced by exchange, and by overlap where that does not hold', () => {
  using directory = directoryWithObjects();
  const names = ['count_lookup', 'sleeps', 'asks'];

  const { objects } = resolved(
    directory,
    `  a: { file: opens.bpf.o, programs: { ${names.map((name) => `${name}: vfs_read`).join(', ')} } }
`,
  );

  const found = objects[0]?.programs.map(({ program, replace }) => [program, replace]);
  expect(Object.fromEntries(found ?? [])).toEqual({
    count_lookup: 'exchange',
    sleeps: 'overlap',
    asks: 'overlap',
  });
});

test('a function of a module says which one it is of', () => {
  using directory = directoryWithObjects();

  const { objects, expansions } = resolved(
    directory,
    '  a: { file: opens.bpf.o, programs: { on_unlink: "nf:nf_hook", count_lookup: { targets: ["nf:*", "!nf:nf_*"] } } }\n',
  );

  expect(objects[0]?.programs).toMatchObject([
    { target: 'nf:vfs_hook', targetBtfId: 23, home: { kind: 'module', btfObjectId: 70 } },
    { target: 'nf:nf_hook', targetBtfId: 21, home: { kind: 'module', btfObjectId: 70 } },
  ]);
  expect(expansions).toMatchObject([
    { object: 'a', program: 'count_lookup', targets: ['nf:vfs_hook'], excluded: 2 },
  ]);
});

test('every map of the object, sorted', () => {
  using directory = directoryWithObjects();

  const { objects } = resolved(
    directory,
    '  a: { file: opens.bpf.o, programs: { on_unlink: vfs_read } }\n',
  );

  expect(objects[0]?.maps).toMatchObject([
    { name: '.rodata', internal: true },
    { name: 'counts', internal: false, sharedAt: undefined, recreate: false },
    { name: 'opens', internal: false },
  ]);
});

test('the order of the manifest makes no difference', () => {
  using directory = directoryWithObjects();
  const a =
    '  a: { file: opens.bpf.o, programs: { on_unlink: vfs_read, count_lookup: { targets: [vfs_read, vfs_write] } } }\n';
  const turned =
    '  a: { programs: { count_lookup: { targets: [vfs_write, vfs_read] }, on_unlink: vfs_read }, file: opens.bpf.o }\n';
  const b = '  b: { file: opens.bpf.o, programs: { on_unlink: vfs_read } }\n';

  expect(resolved(directory, b + turned)).toEqual(resolved(directory, a + b));
});

test('many missing functions: near names are looked for only so often', () => {
  using directory = directoryWithObjects();
  const known = functionCatalog();
  let searches = 0;
  const counting: FunctionCatalog = {
    ...known,
    names: () => ((searches += 1), known.names()),
  };
  const targets = Array.from({ length: 100 }, (_, index) => `missing_${index}`).join(', ');
  const objects = `  a: { file: opens.bpf.o, programs: { on_unlink: { targets: [${targets}] } } }\n`;

  const found = diagnosticsOf(() => resolved(directory, objects, counting));

  expect(found).toHaveLength(100);
  expect(searches).toBe(20);
});

function resolved(
  directory: Directory,
  objects: string,
  functions: FunctionCatalog = functionCatalog(),
): DesiredState {
  const loaded = loadManifest(directory.write('audit.yaml', `version: 1\nobjects:\n${objects}`));
  return resolve(loaded, loadObjects(loaded, library), targetSources(functions));
}
