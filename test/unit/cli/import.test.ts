import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/cli/import/draft.ts';
import { draftOfFound } from '../../../src/cli/import/from-found.ts';
import { draftOfRows } from '../../../src/cli/import/from-rows.ts';
import type { Source } from '../../../src/cli/import/source.ts';
import { sourceFrom } from '../../../src/cli/import/source.ts';
import { draftManifest, renderDraft } from '../../../src/cli/output/draft.ts';
import { foundFacts } from '../../../src/cli/output/found.ts';
import { statusRows } from '../../../src/cli/status-rows.ts';
import { digestObject, sha256 } from '../../../src/manifest/digest.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import type { FoundPins, FoundProgram } from '../../../src/state/found-program.ts';
import {
  kernelFunction,
  mapName,
  objectDigest,
  pinPath,
  programName,
} from '../../../src/state/ids.ts';
import type { ObjectInfo } from '../../../src/state/object-info.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { temporaryDirectory } from '../manifest/sample.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  layout,
  link,
  loaded,
  map,
  shape,
  slot,
} from '../plan/sample.ts';

const same: Source = { comments: [], sha256: 'a'.repeat(64), maxEntries: {}, unset: undefined };

describe('what fentryctl pinned', () => {
  test('programs, targets, state, way of replacing and protection', () => {
    const own = (name: string, target: string, part = {}) =>
      slot({ program: programName(name), target: kernelFunction(target), ...part });
    const observed = applied({
      instances: [
        instance({
          slots: [
            own('by_exchange', 'vfs_read', { link: undefined }),
            own('by_link', 'vfs_read'),
            own('by_link', 'nf_conntrack:nf_ct_get', { protected: true }),
            own('off', 'vfs_read', { link: undefined }),
            own('spare', 'vfs_read', { link: undefined }),
            own('inner', '/sys/fs/bpf/xdp/main:parse_ip'),
          ],
        }),
      ],
      attachments: [
        attachment({ program: programName('by_exchange') }),
        attachment({ program: programName('off'), slot: { id: 1, programId: undefined } }),
      ],
    });

    expect(rendered(observed, same)).toBe(`# what fentryctl pinned under "sample"
# not pinned, and so not here: patterns, first_of, if_missing, signature, guard, trust, on_change
version: 1
name: sample
objects:
  opens:
    file: /etc/opens.bpf.o
    sha256: ${'a'.repeat(64)}
    programs:
      by_exchange: vfs_read
      by_link: { targets: ["nf_conntrack:nf_ct_get", vfs_read], replace: overlap, protect: true }
      inner: { target: { program: /sys/fs/bpf/xdp/main, function: parse_ip } }
      off: { target: vfs_read, state: paused }
      spare: { target: vfs_read, state: loaded }
`);
  });

  test('what is broken, of two versions, and foreign is said', () => {
    const observed = applied({
      instances: [
        instance({ slots: [slot({ link: link({ programId: 99 }) })], source: undefined }),
        instance({
          digest: digests.b,
          slots: [slot({ loaded: loaded({ id: 110 }), link: undefined })],
        }),
      ],
      foreign: [{ path: pinPath(`${layout.directory}/x\ny`), what: 'a note' }],
    });

    const text = rendered(observed, same);

    expect(text).toContain(`# left alone: ${layout.directory}/x\\x0ay, a note\n`);
    expect(text).toContain(`    # where its file was is not noted any more\n`);
    expect(text).toContain(
      `    # another version of it is pinned too: ${digests.b}\n    file: CHANGE-ME.bpf.o\n`,
    );
    expect(text).toContain('      # on vfs_read: link runs program 99, not 100\n      on_read: {');
  });
});

const bytes = Buffer.from('an object');
const info: ObjectInfo = {
  programs: [],
  globals: [{ name: 'watched', section: '.rodata', type: 'int', size: 4 }],
  maps: [
    {
      ...shape,
      shape,
      name: mapName('counts'),
      internal: false,
      keyType: undefined,
      valueType: undefined,
    },
  ],
};
const read = { image: { file: '/etc/opens.bpf.o', bytes, digest: digestObject(bytes) }, info };
const resized = { ...shape, maxEntries: 99 };

describe('the file that it was loaded from', () => {
  test.each([
    [
      'is the same',
      digestObject(bytes),
      shape,
      { sha256: sha256(bytes), maxEntries: {}, comments: [] },
    ],
    [
      'is the same, and its maps were resized',
      digestObject(bytes, { maxEntries: { counts: 99 } }),
      resized,
      { sha256: sha256(bytes), maxEntries: { counts: 99 }, comments: [], unset: undefined },
    ],
    [
      'is another one, or was loaded with settings that nobody knows',
      objectDigest('0'.repeat(32)),
      shape,
      { sha256: undefined, maxEntries: {}, unset: info },
    ],
  ])('%s', (_, digest, pinnedShape, expected) => {
    const found = sourceFrom(read, { object: 'opens', digest, file: read.image.file }, [
      map('counts', { shape: pinnedShape }),
    ]);

    expect(found).toMatchObject(expected);
  });

  test('cannot be read', () => {
    const problem = { code: 'no-such-file', message: 'the object file does not exist' };
    const found = sourceFrom(
      { problem, key: 'file' },
      { object: 'o', digest: 'x', file: '/x' },
      [],
    );

    expect(found).toMatchObject({
      comments: ['the object file does not exist'],
      sha256: undefined,
    });
  });

  test('what could be set is in comments where it is not known', () => {
    const text = rendered(applied(), {
      comments: ['why'],
      sha256: undefined,
      maxEntries: {},
      unset: info,
    });

    expect(text).toContain(`    # why
    file: /etc/opens.bpf.o
    # globals:
    #   watched: … # int
    # maps:
    #   counts: { max_entries: 16 } # hash
    programs:
`);
  });
});

describe('what others pinned', () => {
  test('the programs of an object, with what to do', () => {
    const found: FoundPins = {
      programs: [
        program({ id: 12, pins: ['/sys/fs/bpf/tools/on_open'], maps: ['counts'] }),
        program({
          id: 13,
          target: 'vfs_read',
          links: [{ id: 5, pin: pinPath('/sys/fs/bpf/tools/l') }],
        }),
        program({
          id: 14,
          name: 'other',
          btfId: 8,
          attachType: undefined,
          pins: ['/sys/fs/bpf/a b'],
        }),
        program({
          id: 15,
          name: 'cut_at_15_bytes',
          isNameWhole: false,
          btfId: undefined,
          pins: ['/sys/fs/bpf/c'],
        }),
        program({ id: 16, name: 'rust::name', btfId: 9, pins: ['/sys/fs/bpf/d'] }),
      ],
      others: [{ path: pinPath('/sys/fs/bpf/xdp'), what: 'a xdp program' }],
    };
    const draft = draftOfFound('/sys/fs/bpf', found);

    expect(renderDraft(draft)).toBe(`# what others pinned below /sys/fs/bpf
# The kernel does not tell which object files they are from, nor their globals: name the files, and compare with "fentryctl inspect".
# To move over without a gap: "fentryctl apply" this manifest, so that both run, then "rm" the pins that are named here.
# left out: program 16, "rust::name": no manifest takes that name
# left alone: /sys/fs/bpf/xdp, a xdp program
version: 1
name: imported
objects:
  tools:
    # the file with "on_open"; its maps: counts
    file: CHANGE-ME.bpf.o
    programs:
      # program 12, tag 0123456789abcdef, fentry on vfs_open: pinned at /sys/fs/bpf/tools/on_open
      # program 13, tag 0123456789abcdef, fentry on vfs_read: link 5 at /sys/fs/bpf/tools/l
      on_open: { targets: [vfs_open, vfs_read] }
  a-b:
    # the file with "other"
    file: CHANGE-ME.bpf.o
    programs:
      # program 14, tag 0123456789abcdef, on vfs_open: pinned at /sys/fs/bpf/a b
      # no link of it is pinned here
      other: { target: vfs_open, state: loaded }
  c:
    # the file with "cut_at_15_bytes"
    file: CHANGE-ME.bpf.o
    programs:
      # program 15, tag 0123456789abcdef, fentry on vfs_open: pinned at /sys/fs/bpf/c
      # the kernel tells only so much of its name: write the whole one
      # no link of it is pinned here
      cut_at_15_bytes: { target: vfs_open, state: loaded }
`);
    expectManifest(draft);
  });

  test('it is named after the directory, if that is a name', () => {
    const found = { programs: [program({})], others: [] };

    expect(draftOfFound('/sys/fs/bpf/tools', found).name).toBe('tools');
    expect(draftOfFound('/sys/fs/bpf/a b', found).name).toBe('imported');
  });

  test('for programs', () => {
    const found = { programs: [program({ pins: ['/sys/fs/bpf/x'] })], others: [] };

    expect(foundFacts(found)).toMatchObject({
      programs: [{ id: 1, attach_type: 'fentry', target: 'vfs_open', pinned: ['/sys/fs/bpf/x'] }],
      left_alone: [],
    });
  });
});

function program({
  pins = [],
  ...part
}: Partial<Omit<FoundProgram, 'pins'>> & { readonly pins?: readonly string[] }): FoundProgram {
  return {
    id: 1,
    name: 'on_open',
    isNameWhole: true,
    tag: '0123456789abcdef',
    attachType: 'fentry',
    target: 'vfs_open',
    btfId: 7,
    maps: [],
    links: [],
    pins: pins.map(pinPath),
    ...part,
  };
}

/** As YAML, which says the same as its JSON, and is a manifest. */
function rendered(observed: ObservedState, source: Source): string {
  const draft = draftOfRows(observed, statusRows(layout, observed, undefined), () => source);
  expectManifest(draft);
  return renderDraft(draft);
}

function expectManifest(draft: Draft): void {
  using directory = temporaryDirectory();
  const [yaml, json] = [
    directory.write('a.yaml', renderDraft(draft)),
    directory.write('b.yaml', JSON.stringify(draftManifest(draft))),
  ].map((file) => loadManifest(file).manifest);

  expect(yaml).toEqual(json);
}
