import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { temporaryDirectory } from './sample.ts';

test('short forms are written out and defaults filled in', () => {
  using directory = temporaryDirectory();
  const file = directory.write(
    'audit.yml',
    `version: 1
objects:
  opens:
    file: opens.bpf.o
    sha256: ${'AB'.repeat(32)}
    programs:
      short: vfs_read
      long: { target: vfs_write, state: loaded, protect: true }
      many: { targets: [vfs_read, vfs_write] }
`,
  );

  const { manifest } = loadManifest(file);

  const programs = ['objects', 'opens', 'programs'];
  expect(manifest).toEqual({
    name: 'audit',
    objects: [
      {
        name: 'opens',
        file: 'opens.bpf.o',
        sha256: 'ab'.repeat(32),
        globals: {},
        maps: [],
        programs: [
          {
            program: 'short',
            path: [...programs, 'short'],
            replace: undefined,
            targets: [{ function: 'vfs_read', path: [...programs, 'short'] }],
            state: 'attached',
            protect: false,
          },
          {
            program: 'long',
            path: [...programs, 'long'],
            replace: undefined,
            targets: [{ function: 'vfs_write', path: [...programs, 'long', 'target'] }],
            state: 'loaded',
            protect: true,
          },
          {
            program: 'many',
            path: [...programs, 'many'],
            replace: undefined,
            targets: [
              { function: 'vfs_read', path: [...programs, 'many', 'targets', 0] },
              { function: 'vfs_write', path: [...programs, 'many', 'targets', 1] },
            ],
            state: 'attached',
            protect: false,
          },
        ],
      },
    ],
  });
});

test.each([
  ['', undefined],
  ['guard: { max_detach: 50% }', { percent: 50 }],
  ['guard: { max_detach: "100%" }', { percent: 100 }],
  ['guard: { max_detach: 0% }', { percent: 0 }],
  ['guard: { max_detach: 3 }', { count: 3 }],
  ['guard: { max_detach: 0 }', { count: 0 }],
])('%j lets go %j', (guard, limit) => {
  using directory = temporaryDirectory();
  const objects = 'objects: { a: { file: a.o, programs: { p: vfs_read } } }';

  const file = directory.write('audit.yaml', `version: 1\n${guard}\n${objects}\n`);

  expect(loadManifest(file).manifest.maxDetach).toEqual(limit);
});

test('a name in the manifest goes before the name of the file', () => {
  using directory = temporaryDirectory();
  const file = directory.write(
    'not a name.txt',
    'version: 1\nname: audit\nobjects: { a: { file: a.o, programs: { p: vfs_read } } }\n',
  );

  expect(loadManifest(file).manifest.name).toBe('audit');
});
