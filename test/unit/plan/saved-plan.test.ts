import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanContent } from '../../../src/plan/saved-plan.ts';
import { movesSince, pinsIn } from '../../../src/plan/saved-plan.ts';
import { pinPath } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  internalMap,
  layout,
  link,
  loaded,
  map,
  pinned,
  slot,
} from './sample.ts';

const objectDirectory = `${layout.directory}/objects/opens/${digests.a}`;
const slotDirectory = `${objectDirectory}/programs/on_read/vfs_read`;

describe('what is pinned', () => {
  test('a line for each pin', () => {
    const foreign = [{ path: pinPath(`${layout.directory}/x`), what: 'a note' }];
    const observed = applied({
      instances: [instance({ slots: [slot({ protected: true })] })],
      foreign,
    });

    expect(pinsIn(layout, observed)).toEqual({
      [`${layout.directory}/maps/opens/counts`]: 'map 300',
      [`${objectDirectory}/data/bss`]: 'map 400',
      [`${slotDirectory}/link`]: 'link 200',
      [`${slotDirectory}/program`]: 'program 100',
      [`${slotDirectory}/protected`]: 'protection',
      [`${objectDirectory}/source`]: 'note /etc/opens.bpf.o',
      [`${layout.directory}/x`]: 'a note',
    });
  });

  test('what is attached by exchange: the slot, what is in it, and the link', () => {
    const place = `${layout.directory}/attachments/opens/on_read/vfs_read/fentry`;
    const paused = attachment({ slot: { id: 400, programId: undefined }, link: undefined });

    expect(pinsIn(layout, pinned({ attachments: [attachment()] }))).toEqual({
      [`${place}/slot`]: 'slot 400, program 100',
      [`${place}/link`]: 'link 201',
    });
    expect(pinsIn(layout, pinned({ attachments: [paused] }))).toEqual({
      [`${place}/slot`]: 'slot 400, empty',
    });
  });

  test('without counters, which change by themselves', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), (runCount, runTimeNs) => {
        const later = applied({
          instances: [instance({ slots: [slot({ loaded: loaded({ runCount, runTimeNs }) })] })],
        });

        expect(pinsIn(layout, later)).toEqual(pinsIn(layout, applied()));
      }),
    );
  });

  test.each<readonly [name: string, other: ObservedState]>([
    ['nothing', pinned()],
    ['another link', having({ link: link({ id: 201 }) })],
    ['no link', having({ link: undefined })],
    ['another program', having({ loaded: loaded({ id: 101 }) })],
    ['no program', having({ loaded: undefined })],
    ['a protection', having({ protected: true })],
    ['another map', applied({ maps: [map('counts', { id: 301 })] })],
    ['no map', applied({ maps: [] })],
    ['no internal map', applied({ instances: [instance({ internalMaps: [] })] })],
    [
      'another internal map',
      applied({ instances: [instance({ internalMaps: [internalMap('.bss', 401)] })] }),
    ],
    ['another source', applied({ instances: [instance({ source: '/other' })] })],
    ['another version', applied({ instances: [instance({ digest: digests.b })] })],
  ])('%s is another state', (_, other) => {
    expect(pinsIn(layout, other)).not.toEqual(pinsIn(layout, applied()));
  });
});

describe('what has moved', () => {
  const saved: PlanContent = {
    root: '/root',
    manifest: { file: '/m.yaml', sha256: 'a' },
    objects: [{ file: '/o.bpf.o', sha256: 'b' }],
    pins: { '/link': 'link 1', '/map': 'map 2' },
    plan: { operations: [] },
  };

  test.each<readonly [messages: readonly string[], now: Partial<PlanContent>]>([
    [[], {}],
    [['"/m.yaml" has changed'], { manifest: { file: '/m.yaml', sha256: 'x' } }],
    [['"/o.bpf.o" has changed'], { objects: [{ file: '/o.bpf.o', sha256: 'x' }] }],
    [['"/link" is gone (link 1)'], { pins: { '/map': 'map 2' } }],
    [['"/link" was link 1, is link 9'], { pins: { '/link': 'link 9', '/map': 'map 2' } }],
    [['"/new" is new (map 3)'], { pins: { ...saved.pins, '/new': 'map 3' } }],
    [
      ['"/m.yaml" has changed', '"/link" is gone (link 1)', '"/map" is gone (map 2)'],
      { manifest: { file: '/m.yaml', sha256: 'x' }, pins: {} },
    ],
    [
      ['the same files and pins give another plan here: another kernel runs, or another fentryctl'],
      { plan: { operations: ['other'] } },
    ],
  ])('%j', (messages, now) => {
    const moves = movesSince(saved, { ...saved, ...now });

    expect(moves.map(({ message }) => message)).toEqual(messages);
  });
});

function having(given: Parameters<typeof slot>[0]): ObservedState {
  return applied({ instances: [instance({ slots: [slot(given)] })] });
}
