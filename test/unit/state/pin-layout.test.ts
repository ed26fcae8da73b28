import { describe, expect, test } from 'vitest';
import {
  kernelFunction,
  manifestName,
  mapName,
  objectDigest,
  objectName,
  pinPath,
  programName,
} from '../../../src/state/ids.ts';
import { defaultRoot, manifestOf, pinLayout } from '../../../src/state/pin-layout.ts';

const layout = pinLayout(defaultRoot, manifestName('file-audit'));
const digest = '9f2c'.repeat(8);
const instance = { object: objectName('opens'), digest: objectDigest(digest) };
const slot = {
  ...instance,
  program: programName('count_lookup'),
  target: kernelFunction('nf:hook.cold'),
};

test('where each thing is pinned', () => {
  const root = '/sys/fs/bpf/fentryctl/file-audit';

  expect(layout.directory).toBe(root);
  expect(layout.map(instance.object, mapName('counts'))).toBe(`${root}/maps/opens/counts`);
  expect(layout.note(instance)).toBe(`${root}/objects/opens/${digest}/source`);
  expect(layout.internalMap(instance, mapName('.bss'))).toBe(
    `${root}/objects/opens/${digest}/data/bss`,
  );
  expect(layout.internalMap(instance, mapName('.data.x'))).toBe(
    `${root}/objects/opens/${digest}/data/data%2Ex`,
  );
  expect(layout.program(slot)).toBe(
    `${root}/objects/opens/${digest}/programs/count_lookup/nf%3Ahook%2Ecold/program`,
  );
  expect(layout.link(slot)).toBe(
    `${root}/objects/opens/${digest}/programs/count_lookup/nf%3Ahook%2Ecold/link`,
  );
  expect(layout.dispatchSlot({ ...slot, attachType: 'fentry' })).toBe(
    `${root}/attachments/opens/count_lookup/nf%3Ahook%2Ecold/fentry/slot`,
  );
  expect(layout.dispatchLink({ ...slot, attachType: 'fexit' })).toBe(
    `${root}/attachments/opens/count_lookup/nf%3Ahook%2Ecold/fexit/link`,
  );
  expect(layout.protection(slot)).toBe(
    `${root}/objects/opens/${digest}/programs/count_lookup/nf%3Ahook%2Ecold/protected`,
  );
});

describe('what a path means', () => {
  const inInstance = `objects/opens/${digest}`;

  test.each([
    ['', 'directory'],
    ['maps', 'directory'],
    ['maps/opens', 'directory'],
    ['maps/opens/counts', 'map'],
    ['objects', 'directory'],
    ['objects/opens', 'directory'],
    [inInstance, 'directory'],
    [`${inInstance}/source`, 'note'],
    [`${inInstance}/data`, 'directory'],
    [`${inInstance}/data/bss`, 'internal-map'],
    [`${inInstance}/programs`, 'directory'],
    [`${inInstance}/programs/p`, 'directory'],
    [`${inInstance}/programs/p/f`, 'directory'],
    [`${inInstance}/programs/p/f/program`, 'program'],
    [`${inInstance}/programs/p/f/link`, 'link'],
    [`${inInstance}/programs/p/f/protected`, 'protection'],
    ['attachments', 'directory'],
    ['attachments/opens', 'directory'],
    ['attachments/opens/p', 'directory'],
    ['attachments/opens/p/f', 'directory'],
    ['attachments/opens/p/f/fentry', 'directory'],
    ['attachments/opens/p/f/fentry/slot', 'dispatch-slot'],
    ['attachments/opens/p/f/fentry/link', 'dispatch-link'],
    ['attachments/opens/p/f/fexit/link', 'dispatch-link'],
    ['elsewhere', undefined],
    ['attachments/%2E', undefined],
    ['attachments/opens/%', undefined],
    ['attachments/opens/p/%', undefined],
    ['attachments/opens/p/f/link', undefined],
    ['attachments/opens/p/f/lsm', undefined],
    ['attachments/opens/p/f/fentry/program', undefined],
    ['attachments/opens/p/f/fentry/slot/deeper', undefined],
    ['maps/o%2Ep', undefined],
    ['maps/opens/%2e', undefined],
    ['maps/opens/counts/deeper', undefined],
    ['objects/%', undefined],
    ['objects/opens/9f2c', undefined],
    [`${inInstance}/elsewhere`, undefined],
    [`${inInstance}/source/deeper`, undefined],
    [`${inInstance}/data/%`, undefined],
    [`${inInstance}/data/%2Ebss`, undefined],
    [`${inInstance}/data/bss/deeper`, undefined],
    [`${inInstance}/programs/%/f/program`, undefined],
    [`${inInstance}/programs/p/%`, undefined],
    [`${inInstance}/programs/p/f/map`, undefined],
    [`${inInstance}/programs/p/f/protection`, undefined],
    [`${inInstance}/programs/p/f/program/deeper`, undefined],
    [`${inInstance}/programs/p/f/protected/deeper`, undefined],
  ])('%j: %s', (below, kind) => {
    const path = below === '' ? layout.directory : pinPath(`${layout.directory}/${below}`);

    expect(layout.meaning(path)?.kind).toBe(kind);
  });

  test.each(['/sys/fs/bpf/fentryctl', '/sys/fs/bpf/fentryctl/file-audit2/maps', '/etc'])(
    '%s is not of this manifest',
    (path) => {
      expect(layout.meaning(pinPath(path))).toBeUndefined();
    },
  );
});

test.each([
  ['/sys/fs/bpf/fentryctl/file-audit', 'file-audit'],
  ['/sys/fs/bpf/fentryctl/file-audit/maps', undefined],
  ['/sys/fs/bpf/fentryctl', undefined],
  ['/sys/fs/bpf/fentryctl/%2E', undefined],
  ['/sys/fs/bpf/other', undefined],
])('the manifest of %s is %s', (path, name) => {
  expect(manifestOf(defaultRoot, pinPath(path))).toBe(name);
});
