import { expect, test } from 'vitest';
import { objectName, pinPath } from '../../../src/state/ids.ts';
import type { Operation } from '../../../src/plan/operation.ts';
import { order } from '../../../src/plan/order.ts';
import { digests } from './sample.ts';

test('places are freed, all is loaded, attached and protected, and only then the old goes', () => {
  const sorted = [
    operation('detach', '/new/link'),
    operation('unpin map', '/new/map'), // made anew by the load
    operation('unpin program', '/new/program'),
    operation('load', '/new/program'),
    operation('load', '/other/program'),
    operation('attach', '/new/link'),
    operation('protect', '/new/protected'),
    operation('detach', '/old/link'),
    operation('unpin program', '/old/program'),
    operation('unpin map', '/old/map'),
    operation('unpin note', '/old/note'),
    operation('unpin protection', '/old/protected'),
  ];

  expect(order(sorted.toReversed())).toEqual(sorted);
});

test('by pin within a phase, by code units', () => {
  const pins = ['/Z', '/a', '/a-b', '/a/b', '/é'];

  const ordered = order(pins.toReversed().map((pin) => operation('load', pin)));

  expect(ordered.map(({ pin }) => pin)).toEqual(pins);
});

/** Only what the order depends on. */
function operation(what: string, pin: string): Operation {
  const maps = [{ pin: '/new/map' }];
  const base = { maps, object: objectName('o'), pin: pinPath(pin), reason: { code: 'added' } };
  const [kind, pinned] = what.split(' ');
  return { ...base, kind, what: pinned, digest: digests.a } as unknown as Operation; // a part of one
}
