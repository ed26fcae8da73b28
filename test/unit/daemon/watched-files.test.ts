import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InvalidError } from '../../../src/base/errors.ts';
import { watchedFiles } from '../../../src/daemon/watched-files.ts';
import { lineOf } from '../../../src/manifest/public-key.ts';
import { Directory } from './directory.ts';
import { manifest } from './start-watch.ts';

let directory: Directory;
beforeEach(() => (directory = new Directory()));
afterEach(() => directory.remove());

const trust = `trust: { keys: [${lineOf(generateKeyPairSync('ed25519').publicKey)}] }\n`;

test('the manifest and its objects, each once', () => {
  const file = directory.write('m.yaml', manifest('p', 'a.o', 'lib/b.o', './a.o'));

  expect(watchedFiles(file)).toEqual(
    ['m.yaml', 'a.o', 'lib/b.o'].map((one) => directory.file(one)),
  );
});

test('the signatures too, where keys are trusted', () => {
  const file = directory.write('m.yaml', manifest('p', 'a.o', '/usr/b.o') + trust);

  expect(watchedFiles(file)).toEqual([
    ...['m.yaml', 'a.o'].map((one) => directory.file(one)),
    '/usr/b.o',
    directory.file('a.o.sig'),
    '/usr/b.o.sig',
  ]);
});

test('nothing of a manifest that cannot be understood', () => {
  expect(() => watchedFiles(directory.write('m.yaml', 'version: 2'))).toThrow(InvalidError);
});
