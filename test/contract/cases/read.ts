import { describe, expect, test } from 'vitest';
import { pinPath } from '../../../src/state/ids.ts';
import {
  attachRequest,
  entries,
  kernel,
  layout,
  loadOne,
  loadRequest,
  root,
  world,
} from '../scene.ts';

export function readCases(): void {
  describe('read', () => {
    test('a directory that does not exist is empty', () => {
      expect(kernel.read(root)).toEqual([]);
    });

    test('nothing is mounted over it', () => {
      expect(kernel.hidden(root)).toBeUndefined();
    });

    test('every kind of entry, parents before children, by name', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      kernel.attach(attachRequest(load));

      const found = entries().map(({ path, kind }) => `${relative(path)} ${kind}`);

      const instance = `objects/sample/${load.image.digest}`;
      expect(found).toEqual([
        'maps directory',
        'maps/sample directory',
        'maps/sample/hits map',
        'objects directory',
        'objects/sample directory',
        `${instance} directory`,
        `${instance}/data directory`,
        `${instance}/data/bss map`,
        `${instance}/data/data map`,
        `${instance}/data/rodata map`,
        `${instance}/programs directory`,
        `${instance}/programs/count_first directory`,
        `${instance}/programs/count_first/bpf_fentry_test1 directory`,
        `${instance}/programs/count_first/bpf_fentry_test1/link link`,
        `${instance}/programs/count_first/bpf_fentry_test1/program program`,
        `${instance}/source note`,
      ]);
    });

    test('a list has the same names in the same order', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);

      const listed = kernel.list(layout.directory);

      expect(listed.map(({ path }) => path)).toEqual(entries().map(({ path }) => path));
      const kindAt = (pin: string): unknown => listed.find(({ path }) => path === pin)?.kind;
      expect(kindAt(load.note.pin)).toBe('symlink');
      expect(kindAt(load.programPin)).toBe('pin');
      expect(kindAt(`${layout.directory}/maps`)).toBe('directory');
    });

    test('names that sort differently from their paths', () => {
      for (const name of ['a', 'a/b', 'a-b', 'a%2Eb']) {
        world.makeDirectory(pinPath(`${layout.directory}/${name}`));
      }

      expect(entries().map(({ path }) => relative(path))).toEqual(['a', 'a/b', 'a%2Eb', 'a-b']);
    });

    test('reads what a note says', () => {
      world.makeDirectory(layout.directory);
      world.makeNote(pinPath(`${layout.directory}/note`), 'any text: ünï/../x.bpf.o');

      expect(entries()).toEqual([
        {
          path: `${layout.directory}/note`,
          kind: 'note',
          text: 'any text: ünï/../x.bpf.o',
        },
      ]);
    });
  });
}

function relative(path: string): string {
  return path.slice(layout.directory.length + 1);
}
