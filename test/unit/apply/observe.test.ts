import { describe, expect, test } from 'vitest';
import type { TreeEntry, TreeItem } from '../../../src/apply/kernel.ts';
import { observe } from '../../../src/apply/observe.ts';
import { pinPath } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import {
  applied,
  attachment,
  digests,
  layout,
  link,
  loaded,
  map as counts,
  name,
  pinned,
  shape,
} from '../plan/sample.ts';

const instance = `objects/opens/${digests.a}`;
const slot = `${instance}/programs/on_read/vfs_read`;
const directory: TreeItem = { kind: 'directory' };
const note: TreeItem = { kind: 'note', text: '/etc/opens.bpf.o' };
const map: TreeItem = { kind: 'map', id: 300, shape };
const internalMap: TreeItem = { kind: 'map', id: 400, shape };
const program: TreeItem = { kind: 'program', program: loaded() };
const linked: TreeItem = { kind: 'link', link: link() };
const unknown: TreeItem = { kind: 'other', what: 'a link that is not a tracing link' };

const whole: readonly (readonly [below: string, item: TreeItem])[] = [
  ['maps', directory],
  ['maps/opens', directory],
  ['maps/opens/counts', map],
  ['objects', directory],
  ['objects/opens', directory],
  [instance, directory],
  [`${instance}/data`, directory],
  [`${instance}/data/bss`, internalMap],
  [`${instance}/programs`, directory],
  [`${slot}/link`, linked],
  [`${slot}/program`, program],
  [`${instance}/source`, note],
];

test('nothing', () => {
  expect(observed([])).toEqual(pinned());
});

test('all that an apply pins', () => {
  expect(observed(whole)).toEqual(applied());
});

test('directories alone are nothing', () => {
  expect(observed(whole.filter(([, item]) => item === directory))).toEqual(pinned());
});

describe('parts of an instance', () => {
  test.each([
    ['a link alone', [`${slot}/link`, linked], { slots: [{ loaded: undefined, link: link() }] }],
    [
      'a program alone',
      [`${slot}/program`, program],
      { slots: [{ loaded: loaded(), link: undefined }] },
    ],
    [
      'a protection alone',
      [`${slot}/protected`, note],
      { slots: [{ loaded: undefined, link: undefined, protected: true }] },
    ],
    [
      'an internal map alone',
      [`${instance}/data/bss`, internalMap],
      { slots: [], internalMaps: [{ name: '.bss', id: 400 }] },
    ],
    ['a note alone', [`${instance}/source`, note], { slots: [], source: '/etc/opens.bpf.o' }],
  ] as const)('%s', (_, entry, expected) => {
    expect(observed([entry]).instances).toMatchObject([expected]);
  });

  test('two programs with awkward names, two instances', () => {
    const other = `objects/opens/${digests.b}/programs`;
    const { instances } = observed([
      [`${slot}/program`, program],
      [`${other}/a%2Eb/f%3Ag/program`, program],
      [`${other}/a%2Eb/f%3Ah/program`, program],
    ]);

    expect(instances).toMatchObject([
      { digest: digests.a, slots: [{ program: 'on_read' }] },
      { digest: digests.b, slots: [{ program: 'a.b', target: 'f:g' }, { target: 'f:h' }] },
    ]);
  });
});

describe('attached by exchange', () => {
  const place = 'attachments/opens/on_read/vfs_read/fentry';
  const room = { kind: 'map', id: 400, shape, slot: { id: 400, programId: 100 } } as const;
  const dispatcher: TreeItem = { kind: 'link', link: link({ id: 201, programId: 101 }) };
  const slotEntry = [`${place}/slot`, room] as const;
  const linkEntry = [`${place}/link`, dispatcher] as const;

  test.each([
    ['a slot and a link', [slotEntry, linkEntry], attachment()],
    ['a slot alone', [slotEntry], attachment({ link: undefined, usesSlot: undefined })],
    ['a link alone', [linkEntry], attachment({ slot: undefined, usesSlot: undefined })],
    [
      'a slot that the dispatcher does not use',
      [[`${place}/slot`, { ...room, slot: { id: 401, programId: 100 } }], linkEntry],
      attachment({ slot: { id: 401, programId: 100 }, usesSlot: false }),
    ],
    [
      'a dispatcher that cannot be asked',
      [slotEntry, [`${place}/link`, { kind: 'link', link: link({ id: 201, programId: 1 }) }]],
      attachment({ link: link({ id: 201, programId: 1 }), usesSlot: undefined }),
    ],
    ['directories alone', [[place, directory]], undefined],
  ] as const)('%s', (_, entries, expected) => {
    expect(observed(entries)).toEqual(pinned({ attachments: expected ? [expected] : [] }));
  });

  test('awkward names, and another object', () => {
    const { attachments } = observed([
      ['attachments/opens/a%2Eb/f%3Ag/fentry/slot', room],
      ['attachments/other/a%2Eb/f%3Ag/fentry/slot', room],
    ]);

    expect(attachments).toMatchObject([
      { object: 'opens', program: 'a.b', target: 'f:g' },
      { object: 'other', program: 'a.b', target: 'f:g' },
    ]);
  });

  test('as another kind it is another', () => {
    const other = { ...room, id: 401, slot: { id: 401, programId: 110 } };

    const { attachments } = observed([
      slotEntry,
      ['attachments/opens/on_read/vfs_read/fexit/slot', other],
    ]);

    expect(attachments).toMatchObject([
      { attachType: 'fentry', slot: { id: 400 } },
      { attachType: 'fexit', slot: { id: 401 } },
    ]);
  });

  test('a map of the object with room for one program is a map like any other', () => {
    expect(observed([['maps/opens/counts', { ...room, id: 300 }]])).toEqual(
      pinned({ maps: [counts('counts')] }),
    );
  });
});

describe('foreign', () => {
  test.each([
    ['a name that we never use', 'elsewhere', note, 'a note that fentryctl did not make'],
    ['an unknown kind of pin', 'elsewhere', unknown, `${unknown.what} that fentryctl did not make`],
    [
      'a digest that is none',
      'objects/opens/beef',
      directory,
      'a directory that fentryctl did not make',
    ],
    ['a map where a program belongs', `${slot}/program`, map, 'a map where a program belongs'],
    ['a program where a link belongs', `${slot}/link`, program, 'a program where a link belongs'],
    ['another kind of link', `${slot}/link`, unknown, `${unknown.what} where a link belongs`],
    ['a link where a map belongs', 'maps/opens/counts', linked, 'a link where a map belongs'],
    [
      'a directory where a map belongs',
      `${instance}/data/bss`,
      directory,
      'a directory where a map belongs',
    ],
    [
      'a program where the protection belongs',
      `${slot}/protected`,
      program,
      'a program where a note belongs',
    ],
    ['a map where the note belongs', `${instance}/source`, map, 'a map where a note belongs'],
    [
      'a map that is no slot',
      'attachments/opens/on_read/vfs_read/fentry/slot',
      map,
      'a map where a slot belongs',
    ],
    [
      'a note where a slot belongs',
      'attachments/opens/on_read/vfs_read/fentry/slot',
      note,
      'a note where a slot belongs',
    ],
    [
      'a program where a dispatcher belongs',
      'attachments/opens/on_read/vfs_read/fentry/link',
      program,
      'a program where a link belongs',
    ],
    ['a note where a directory belongs', 'objects', note, 'a note where a directory belongs'],
  ] as const)('%s', (_, below, item, what) => {
    expect(observed([[below, item]])).toEqual(pinned({ foreign: [{ path: path(below), what }] }));
  });

  test('of a foreign directory only the top is reported, and its namesake is another', () => {
    const { foreign } = observed([
      ['x', directory],
      ['x/y', directory],
      ['x/y/z', note],
      ['xy', note],
    ]);

    expect(foreign.map((entry) => entry.path)).toEqual([path('x'), path('xy')]);
  });
});

describe('what is shared', () => {
  const events = pinPath('/sys/fs/bpf/shared/events');

  test.each<readonly [string, TreeItem | undefined, ObservedState['shared']]>([
    ['a map', map, [{ path: events, id: 300, shape }]],
    ['something else', program, [{ path: events, what: 'a program' }]],
    ['a directory', directory, [{ path: events, what: 'a directory' }]],
    ['nothing', undefined, []],
  ])('%s', (_, item, shared) => {
    const kernel = { ...nothing, look: () => item && { path: events, ...item } };

    expect(observe(kernel, layout, name, [events])).toEqual(pinned({ shared }));
  });
});

const nothing: Parameters<typeof observe>[0] = {
  read: () => [],
  look: () => undefined,
  mapsOf: (programId) => (programId === 101 ? [400] : undefined),
};

function observed(entries: readonly (readonly [below: string, item: TreeItem])[]): ObservedState {
  const tree: readonly TreeEntry[] = entries.map(([below, item]) => ({
    path: path(below),
    ...item,
  }));
  return observe({ ...nothing, read: () => tree }, layout, name);
}

function path(below: string) {
  return pinPath(`${layout.directory}/${below}`);
}
