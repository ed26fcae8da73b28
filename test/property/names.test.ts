import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeName, unescapeName } from '../../src/state/escape.ts';
import {
  kernelFunction,
  manifestName,
  mapName,
  objectDigest,
  objectName,
  pinPath,
  programName,
} from '../../src/state/ids.ts';
import { attachTypes } from '../../src/state/object-info.ts';
import { manifestOf, pinLayout } from '../../src/state/pin-layout.ts';

const awkward = fc.constantFrom(
  '.',
  '..',
  'a/b',
  'a:b',
  '%',
  '%2E',
  '\u{1f41d}',
  'größe',
  '-',
  '../../etc',
);
const text = fc
  .oneof(awkward, fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }))
  .filter((name) => !/\p{Cs}/u.test(name) && /./.test(name));
const identifier = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const digest = fc.stringMatching(/^[0-9a-f]{32}$/);
const root = pinPath('/sys/fs/bpf/fentryctl');

describe('escapeName', () => {
  test('any name comes back', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(unescapeName(escapeName(name))).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test('what it writes fits one component of a path in bpffs', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(escapeName(name)).toMatch(/^[A-Za-z0-9_%-]+$/);
      }),
    );
  });

  test('only what it writes is read: each component has one name', () => {
    const components = fc.string({
      unit: fc.constantFrom('a', '%', '2', 'E', 'C', '3', '.', 'e'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.oneof(components, text), (component) => {
        const name = unescapeName(component);
        expect(name === undefined ? component : escapeName(name)).toBe(component);
      }),
      { numRuns: 2000 },
    );
  });
});

const names = fc.record({
  manifest: identifier.map(manifestName),
  object: identifier.map(objectName),
  digest: digest.map(objectDigest),
  program: text.map(programName),
  target: text.map(kernelFunction),
  attachType: fc.constantFrom(...attachTypes),
  map: text.map(mapName),
});

describe('pinLayout', () => {
  test('every path is read back as what it stands for', () => {
    fc.assert(
      fc.property(names, ({ manifest, map, attachType, ...slot }) => {
        const { object } = slot;
        const instance = { object, digest: slot.digest };
        const attachment = { object, program: slot.program, target: slot.target, attachType };
        const internal = mapName(`.${map.replace(/^\.+/, '')}x`);
        const layout = pinLayout(root, manifest);

        expect(layout.meaning(layout.program(slot))).toEqual({ kind: 'program', ...slot });
        expect(layout.meaning(layout.link(slot))).toEqual({ kind: 'link', ...slot });
        expect(layout.meaning(layout.dispatchSlot(attachment))).toEqual({
          kind: 'dispatch-slot',
          ...attachment,
        });
        expect(layout.meaning(layout.dispatchLink(attachment))).toEqual({
          kind: 'dispatch-link',
          ...attachment,
        });
        expect(layout.meaning(layout.note(instance))).toEqual({ kind: 'note', ...instance });
        expect(layout.meaning(layout.map(object, map))).toEqual({ kind: 'map', object, map });
        expect(layout.meaning(layout.internalMap(instance, internal))).toEqual({
          kind: 'internal-map',
          ...instance,
          map: internal,
        });
        expect(manifestOf(root, layout.directory)).toBe(manifest);
      }),
      { numRuns: 1000 },
    );
  });

  test('no dot below the root, nothing outside of it, and a directory above each', () => {
    fc.assert(
      fc.property(names, ({ manifest, map, ...slot }) => {
        const layout = pinLayout(root, manifest);
        const paths = [
          layout.program(slot),
          layout.link(slot),
          layout.protection(slot),
          layout.dispatchSlot(slot),
          layout.dispatchLink(slot),
          layout.note(slot),
          layout.map(slot.object, map),
        ];
        for (const path of paths) {
          const components = path.slice(root.length + 1).split('/');
          expect(path.startsWith(`${layout.directory}/`)).toBe(true);
          expect(components.join('')).toMatch(/^[A-Za-z0-9_%-]+$/);
          expect(components).not.toContain('');
          const above = components.slice(0, -1).map((_, index) => components.slice(0, index + 1));
          const meanings = above.map(
            (parts) => layout.meaning(pinPath(`${root}/${parts.join('/')}`))?.kind,
          );
          expect(new Set(meanings)).toEqual(new Set(['directory']));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('different things have different paths', () => {
    const slot = names.map(({ object, digest: of, program, target }) => ({
      object,
      digest: of,
      program,
      target,
    }));
    const layout = pinLayout(root, manifestName('sample'));
    fc.assert(
      fc.property(slot, text.map(programName), (one, program) => {
        const same = one.program === program;
        expect(layout.link({ ...one, program }) === layout.link(one)).toBe(same);
      }),
    );
  });

  test('any path has a meaning or none, and no path that has one has two spellings', () => {
    const parts = fc.constantFrom(
      'maps',
      'objects',
      'attachments',
      'a',
      '0'.repeat(32),
      'data',
      'programs',
      'source',
      'link',
      'fentry',
      'fexit',
      'slot',
      'program',
      'protected',
      '%',
      '',
    );
    const layout = pinLayout(root, manifestName('sample'));
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (components) => {
        const path = pinPath([layout.directory, ...components].join('/'));
        const meaning = layout.meaning(path);
        switch (meaning?.kind) {
          case 'program':
          case 'link':
          case 'protection':
            expect(layout[meaning.kind](meaning)).toBe(path);
            return;
          case 'dispatch-slot':
            expect(layout.dispatchSlot(meaning)).toBe(path);
            return;
          case 'dispatch-link':
            expect(layout.dispatchLink(meaning)).toBe(path);
            return;
          case 'note':
            expect(layout.note(meaning)).toBe(path);
            return;
          case 'internal-map':
            expect(layout.internalMap(meaning, meaning.map)).toBe(path);
            return;
          case 'map':
            expect(layout.map(meaning.object, meaning.map)).toBe(path);
            return;
          case 'directory':
          case undefined:
        }
      }),
      { numRuns: 2000 },
    );
  });
});
