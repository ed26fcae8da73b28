import { expect, test } from 'vitest';
import { diff } from '../../../src/plan/diff.ts';
import { signOf } from '../../../src/plan/operation.ts';
import { countOperations } from '../../../src/plan/plan.ts';
import { applied, digests, instance, layout, object, pinned, slot, wanted } from './sample.ts';

const otherBytes = wanted(object({ digest: digests.b }));
const noLink = applied({ instances: [instance({ slots: [slot({ link: undefined })] })] });

test.each([
  ['something new', wanted(object()), pinned(), '++'],
  ['something that takes the place of another', otherBytes, applied(), '~~~~~~'],
  ['something that goes', wanted(), applied(), '-----'],
  ['a program that is attached at last', wanted(object()), noLink, '+'],
  ['a repair', wanted(object()), applied({ maps: [] }), '~~~~'],
])('the signs of %s', (_, desired, observed, signs) => {
  expect(diff(layout, desired, observed).operations.map(signOf).join('')).toBe(signs);
});

test('how many operations of each kind', () => {
  expect(countOperations(diff(layout, otherBytes, applied()).operations)).toEqual({
    load: 1,
    attach: 1,
    exchange: 0,
    pause: 0,
    protect: 0,
    detach: 1,
    unpin: 3,
  });
});
