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
      many: { targets: ["vfs_*", "!vfs_w*"] }
      first: { first_of: ["nf:hook"], if_missing: wait, max_targets: 7, allow_dangerous: true, signature: int () }
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
            targets: {
              ...defaults,
              items: [{ kind: 'function', text: 'vfs_read', path: [...programs, 'short'] }],
              path: [...programs, 'short'],
            },
            state: 'attached',
            protect: false,
          },
          {
            program: 'long',
            path: [...programs, 'long'],
            replace: undefined,
            targets: {
              ...defaults,
              items: [
                { kind: 'function', text: 'vfs_write', path: [...programs, 'long', 'target'] },
              ],
              path: [...programs, 'long', 'target'],
            },
            state: 'loaded',
            protect: true,
          },
          {
            program: 'many',
            path: [...programs, 'many'],
            replace: undefined,
            targets: {
              ...defaults,
              items: [
                { kind: 'pattern', text: 'vfs_*', path: [...programs, 'many', 'targets', 0] },
                { kind: 'exclusion', text: 'vfs_w*', path: [...programs, 'many', 'targets', 1] },
              ],
              path: [...programs, 'many', 'targets'],
            },
            state: 'attached',
            protect: false,
          },
          {
            program: 'first',
            path: [...programs, 'first'],
            replace: undefined,
            targets: {
              choose: 'first',
              items: [
                { kind: 'function', text: 'nf:hook', path: [...programs, 'first', 'first_of', 0] },
              ],
              ifMissing: 'wait',
              maxTargets: 7,
              allowDangerous: true,
              signature: 'int ()',
              path: [...programs, 'first', 'first_of'],
            },
            state: 'attached',
            protect: false,
          },
        ],
      },
    ],
  });
});

const defaults = {
  choose: 'all',
  ifMissing: 'fail',
  maxTargets: 500,
  allowDangerous: false,
  signature: undefined,
};

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
