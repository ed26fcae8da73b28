import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InvalidError } from '../../../src/base/errors.ts';
import { watched } from '../../../src/daemon/watched.ts';
import { lineOf } from '../../../src/manifest/public-key.ts';
import { Directory } from './directory.ts';
import { manifest } from './start-watch.ts';

let directory: Directory;
beforeEach(() => (directory = new Directory()));
afterEach(() => directory.remove());

const trust = `trust: { keys: [${lineOf(generateKeyPairSync('ed25519').publicKey)}] }\n`;

test('the manifest and its objects, each once', () => {
  const file = directory.write('m.yaml', manifest('p', 'a.o', 'lib/b.o', './a.o'));

  expect(watched(file).files).toEqual(
    ['m.yaml', 'a.o', 'lib/b.o'].map((one) => directory.file(one)),
  );
});

test('the signatures too, where keys are trusted', () => {
  const file = directory.write('m.yaml', manifest('p', 'a.o', '/usr/b.o') + trust);

  expect(watched(file).files).toEqual([
    ...['m.yaml', 'a.o'].map((one) => directory.file(one)),
    '/usr/b.o',
    directory.file('a.o.sig'),
    '/usr/b.o.sig',
  ]);
});

test('programs that are watched, where they are pinned', () => {
  const file = directory.write(
    'm.yaml',
    `version: 1
objects:
  a:
    file: a.o
    programs:
      pinned: { target: { program: /sys/fs/bpf/xdp/main, function: pass } }
      by_id: { target: { program: 12, function: pass } }
`,
  );

  expect(watched(file).files).toEqual([
    directory.file('m.yaml'),
    directory.file('a.o'),
    '/sys/fs/bpf/xdp/main',
  ]);
});

test('nothing of a manifest that cannot be understood', () => {
  expect(() => watched(directory.write('m.yaml', 'version: 2'))).toThrow(InvalidError);
});

test('modules that are waited for, whether they are there or not', () => {
  const file = directory.write(
    'm.yaml',
    `version: 1
objects:
  a:
    file: a.o
    programs:
      waits: { targets: ["nf:hook", "nf:*", "xt_*:target", "!x:y", vfs_read], if_missing: wait }
      skips: { target: "dummy:dummy_xmit", if_missing: skip }
      must: "loop:loop_queue_rq"
`,
  );

  expect(watched(file).modules).toEqual(['nf', 'xt_*']);
});
