import { expect, test } from 'vitest';
import { objectName, pinPath } from '../../../src/state/ids.ts';
import type { Operation } from '../../../src/plan/operation.ts';
import { order } from '../../../src/plan/order.ts';

test('places are freed, all is loaded, attached, exchanged and protected, and only then the old goes', () => {
  const sorted = [
    operation('detach', '/new/link'),
    operation('unpin map', '/new/map'), // made anew by the load
    operation('unpin program', '/new/program'),
    operation('load', '/new/program'),
    operation('load', '/other/program'),
    operation('detach gap', '/old/gap'),
    operation('pause gap', '/old/slot'),
    operation('attach', '/new/link'),
    operation('exchange', '/same/slot'),
    operation('protect', '/new/protected'),
    operation('detach', '/old/link'),
    operation('pause', '/same/other-slot'),
    operation('unpin program', '/old/program'),
    operation('unpin map', '/old/map'),
    operation('unpin note', '/old/note'),
    operation('unpin protection', '/old/protected'),
    operation('unpin slot', '/old/unused'),
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
  return { ...base, kind, what: pinned, gap: pinned === 'gap' } as unknown as Operation; // a part of one
}
