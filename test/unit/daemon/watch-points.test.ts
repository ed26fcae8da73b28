import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foldersOf, watchPoints } from '../../../src/daemon/watch-points.ts';

let root = '';

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'fentryctl-points-')));
  mkdirSync(path.join(root, 'v1/lib'), { recursive: true });
  writeFileSync(path.join(root, 'v1/m.yaml'), '');
  symlinkSync('v1', path.join(root, 'current'));
  symlinkSync('current/m.yaml', path.join(root, 'm.yaml'));
  symlinkSync(path.join(root, 'v1'), path.join(root, 'v1/lib/up'));
  symlinkSync('loop', path.join(root, 'loop'));
});
afterEach(() => rmSync(root, { recursive: true }));

test.each<[what: string, file: string, points: readonly string[]]>([
  ['a file', 'v1/m.yaml', ['v1/m.yaml']],
  ['a missing file', 'v1/n.yaml', ['v1/n.yaml']],
  ['a missing directory', 'v2/lib/m.yaml', ['v2']],
  ['a file where a directory is wanted', 'v1/m.yaml/x', ['v1/m.yaml']],
  ['a directory', 'v1', ['v1']],
  ['a symlink to a directory on the way', 'current/m.yaml', ['current', 'v1/m.yaml']],
  ['a symlink through a symlink', 'm.yaml', ['m.yaml', 'current', 'v1/m.yaml']],
  ['an absolute symlink', 'v1/lib/up/m.yaml', ['v1/lib/up', 'v1/m.yaml']],
  ['dots', './v1/../v1/./m.yaml', ['v1/m.yaml']],
])('%s', (_, file, points) => {
  const found = watchPoints(`${root}/${file}`);

  expect(
    found.map(({ directory, name }) => path.relative(root, path.join(directory, name))),
  ).toEqual(points);
});

test('a symlink to itself ends', () => {
  const found = watchPoints(path.join(root, 'loop'));

  expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['loop']));
});

test('dots in a symlink count from where it is', () => {
  symlinkSync('../m.yaml', path.join(root, 'v1/lib/manifest'));

  const found = watchPoints(path.join(root, 'current/lib/manifest'));

  expect(
    found.map(({ directory, name }) => path.relative(root, path.join(directory, name))),
  ).toEqual(['current', 'v1/lib/manifest', 'v1/m.yaml']);
});

test('the folders on the way are real ones, each once, without the root', () => {
  const found = foldersOf(path.join(root, 'v1/lib/up/m.yaml'));

  const inside = found.filter((folder) => folder.startsWith(root));
  expect(inside.map((folder) => path.relative(root, folder))).toEqual(['', 'v1', 'v1/lib']);
  expect(found.slice(0, -2)).toEqual(ancestorsOf(root));
});

/** With the directory itself, from the top. */
function ancestorsOf(directory: string): readonly string[] {
  return directory === '/' ? [] : [...ancestorsOf(path.dirname(directory)), directory];
}
