import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvalidError } from '../../../src/base/errors.ts';
import { init } from '../../../src/cli/init.ts';
import { manifestFacts, renderManifest } from '../../../src/cli/output/manifest.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { mapName, programName } from '../../../src/state/ids.ts';
import type { ObjectInfo } from '../../../src/state/object-info.ts';
import { temporaryDirectory } from '../manifest/sample.ts';
import { contextOf } from './context.ts';

const shape = { type: 'hash', keySize: 4, valueSize: 8, maxEntries: 16, flags: 0 };
const info: ObjectInfo = {
  programs: [
    program('on_open', 'fentry', 'vfs_open'),
    program('on_close', 'fexit', undefined),
    { ...program('filter', 'fentry', undefined), attachType: undefined, section: 'xdp' },
    program('null', 'fentry', 'vfs_read'),
  ],
  maps: [
    {
      ...shape,
      name: mapName('counts'),
      shape,
      internal: false,
      keyType: '__u32',
      valueType: '__u64',
    },
    {
      ...shape,
      name: mapName('.rodata'),
      shape,
      internal: true,
      keyType: undefined,
      valueType: undefined,
    },
  ],
  globals: [{ name: 'watched_uid', section: '.rodata', type: 'unsigned int', size: 4 }],
};

test('all that could be set, in comments', () => {
  expect(renderManifest([{ file: 'opens.bpf.o', info }])).toBe(`version: 1
name: opens # the directory of its pins; letters, digits, "_" and "-"
objects:
  opens:
    file: opens.bpf.o # relative to this manifest
    # sha256: … # refuses any other bytes, see sha256sum(1)
    # globals:
    #   watched_uid: … # unsigned int
    # maps:
    #   counts: { max_entries: 16 } # hash, __u32 → __u64
    programs:
      on_open: vfs_open # fentry
      # on_close: FUNCTION # fexit; its section names none, choose one
      # filter: its section "xdp" is neither fentry nor fexit
      "null": vfs_read # fentry
`);
});

test.each([
  'opens.bpf.o',
  'a b/ö: x.o',
  './7.bpf.o',
  '/abs/.bpf.o',
  '-.o',
  `${'long'.repeat(30)}.o`,
])('for %s it is a manifest, as YAML and as JSON', (file) => {
  const objects = [file, file].map((each) => ({ file: each, info }));
  using directory = temporaryDirectory();
  const written = directory.write('a.yaml', renderManifest(objects));
  const asJson = directory.write('b.yaml', JSON.stringify(manifestFacts(objects)));

  const { manifest } = loadManifest(written);

  expect(manifest.objects.map((object) => object.file)).toEqual([file, file]);
  expect(manifest.objects[0]?.programs.map((entry) => String(entry.program))).toEqual([
    'on_open',
    'null',
  ]);
  expect(loadManifest(asJson).manifest.objects).toMatchObject(
    manifest.objects.map(({ name }) => ({ name, file })),
  );
});

test('what is no object is an error, and nothing is printed', () => {
  using directory = temporaryDirectory();
  const file = directory.write('text.o', 'no ELF');
  const missing = join(directory.path, 'missing.o');
  const { context, printed } = contextOf('init', file, missing);

  expect(() => init(context)).toThrow(InvalidError);
  expect(printed()).toEqual({ out: '', log: '' });
});

function program(
  name: string,
  attachType: 'fentry' | 'fexit',
  sectionTarget: string | undefined,
): ObjectInfo['programs'][number] {
  const section = sectionTarget === undefined ? attachType : `${attachType}/${sectionTarget}`;
  return {
    name: programName(name),
    section,
    attachType,
    sectionTarget,
    sleepable: false,
    asksForAddress: false,
    instructions: 2,
  };
}
