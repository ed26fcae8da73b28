import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accidentIn } from '../../../src/daemon/folder-guard.ts';
import type { Held } from '../../../src/daemon/holdings.ts';
import { Holdings } from '../../../src/daemon/holdings.ts';

function held(state: Held['state'], ...counts: readonly number[]): readonly Held[] {
  return counts.map((attached, index) => {
    const name = `${state}${index}`;
    return { name, file: `/f/${name}.yaml`, folder: '/f', attached, state };
  });
}

describe('of what a folder has', () => {
  test.each<[string, readonly Held[], boolean]>([
    ['one small file of several', [...held('here', 2, 2), ...held('gone', 2)], false],
    ['one file of two, alike', [...held('here', 2), ...held('gone', 2)], false],
    ['half of it', [...held('here', 4, 1), ...held('gone', 3, 2)], false],
    ['more than half of 4', [...held('here', 1), ...held('gone', 3)], true],
    ['more than half of 3', [...held('here', 1), ...held('gone', 2)], false],
    ['all attachments', [...held('here', 0), ...held('gone', 1)], true],
    ['a file without attachments', [...held('here', 3), ...held('gone', 0)], false],
    ['the last file, without attachments', held('gone', 0), true],
    ['the last file', held('gone', 1), true],
    ['nothing', held('here', 5), false],
    ['nothing any more', [...held('here', 1), ...held('kept', 9)], false],
    [
      'most of what was not kept',
      [...held('here', 1), ...held('gone', 3), ...held('kept', 9)],
      true,
    ],
  ])('%s is gone', (_, all, isAccident) => {
    expect(accidentIn('/f', all) !== undefined).toBe(isAccident);
  });

  test('others do not count', () => {
    const others = held('here', 99).map((one) => ({ ...one, folder: '/g' }));

    expect(accidentIn('/f', [...held('gone', 1), ...others])).toEqual({
      lost: 1,
      attached: 1,
      isEmpty: true,
    });
  });
});

test('whatever is gone, never all, nor more than half of at least 4, passes', () => {
  const some = fc.array(fc.nat(6), { maxLength: 6 });
  fc.assert(
    fc.property(some, some, some, (here, gone, kept) => {
      const all = [...held('here', ...here), ...held('gone', ...gone), ...held('kept', ...kept)];
      if (accidentIn('/f', all) !== undefined || gone.length === 0) return;
      const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
      const [lost, attached] = [sum(gone), sum(gone) + sum(here)];
      expect(here.length).toBeGreaterThan(0);
      expect(lost === 0 || lost < attached).toBe(true);
      expect(attached < 4 || lost * 2 <= attached).toBe(true);
    }),
  );
});

describe('what is held', () => {
  const facts = { name: 'a', file: '/f/a.yaml', folder: '/f', attached: 1 };

  test('is gone with its file, and here again with another of its name', () => {
    const holdings = new Holdings();
    holdings.worked(facts);

    holdings.left('/f/a.yaml');
    expect(holdings.gone()).toMatchObject([{ name: 'a' }]);
    holdings.worked({ ...facts, file: '/f/b.yaml' });

    expect(holdings.gone()).toEqual([]);
  });

  test('is gone when its file has another name', () => {
    const holdings = new Holdings();
    holdings.worked(facts);

    holdings.worked({ ...facts, name: 'b' });

    expect(holdings.gone()).toMatchObject([{ name: 'a', file: '/f/a.yaml' }]);
  });

  test('stays kept when its file goes once more, and until that works again', () => {
    const holdings = new Holdings();
    holdings.worked(facts);
    holdings.left(facts.file);
    for (const one of holdings.gone()) holdings.keep(one);

    holdings.left(facts.file);
    expect(holdings.gone()).toEqual([]);
    holdings.worked(facts);
    holdings.left(facts.file);

    expect(holdings.gone()).toHaveLength(1);
  });
});
