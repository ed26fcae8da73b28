import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { requireAttachable } from '../../../src/manifest/require-attachable.ts';
import { resolve } from '../../../src/manifest/resolve.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import { functionCatalog, targetSources } from './catalog.ts';
import { diagnosticsOf, directoryWithObjects, library } from './sample.ts';

const programs = `programs:
      count_lookup: { targets: [vfs_read, rcu_lock, rcu_part] }
      on_unlink: { targets: [rcu_entry], allow_dangerous: true }
`;

test('names are taken as BTF has them; what stands against them is only asked where something is to be loaded', () => {
  using directory = directoryWithObjects();
  const text = `version: 1\nobjects:\n  o:\n    file: opens.bpf.o\n    ${programs}`;
  const loaded = loadManifest(directory.write('m.yaml', text));
  const asked: string[] = [];
  const known = functionCatalog();
  const sources = targetSources({
    ...known,
    obstacle: (one) => (asked.push(one.name), known.obstacle(one)),
  });

  const { objects } = resolve(loaded, loadObjects(loaded, library), sources);
  expect(objects[0]?.programs).toHaveLength(4);
  expect(asked).toEqual([]);

  const told = (...names: readonly string[]) =>
    diagnosticsOf(() => requireAttachable(loaded, sources, new Set(names.map(kernelFunction))));
  expect(told('vfs_read')).toEqual([]);
  expect(asked).toEqual(['vfs_read']);
  expect(told('vfs_read', 'rcu_lock', 'rcu_entry', 'rcu_part').map(({ code }) => code)).toEqual([
    'dangerous',
    'no-symbol',
    'not-traceable',
  ]);
});

test('with something else wrong, all is told at once', () => {
  using directory = directoryWithObjects();
  const text = `version: 1\nobjects:\n  o:\n    file: opens.bpf.o\n    ${programs.replace('vfs_read', 'missing')}`;
  const loaded = loadManifest(directory.write('m.yaml', text));

  const found = diagnosticsOf(() => resolve(loaded, loadObjects(loaded, library), targetSources()));

  expect(found.map(({ code }) => code)).toEqual([
    'no-such-function',
    'dangerous',
    'no-symbol',
    'not-traceable',
  ]);
});
