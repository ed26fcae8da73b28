import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkGlobals } from '../../../src/bpf/check-globals.ts';
import type { GlobalValues } from '../../../src/state/object-settings.ts';
import { objectPath } from './object-btf.ts';

const values = readFileSync(objectPath('values'));

test.each<readonly [name: string, globals: GlobalValues]>([
  ['nothing', {}],
  ['the ends of ranges', { u8: 0, s8: -128, u64: 2n ** 64n - 1n, u128: 2n ** 128n - 1n }],
  ['a boolean', { yes: false }],
  ['an enum by name, and by number', { mode: 'ON', change: 'DOWN', wide: 1n }],
  ['text', { prefix: '/usr' }],
  ['bytes as a list', { mac: [1, 2, 3, 4, 5, 6] }],
  ['floating point', { real: 1, single: -0.5 }],
  ['lists of lists', { grid: [[1, 2, 3], [4, 5, 6]] }], // prettier-ignore
  ['structs, of which what is not said is zero', { limits: [{ uid: 1 }, {}, { mode: 'AUTO' }] }],
  ['members of a struct without a name', { nested: { low: 1, inner: { deep: -1 } } }],
])('takes %s', (_, globals) => {
  expect(checkGlobals(values, globals)).toEqual([]);
});

test.each<readonly [globals: GlobalValues, found: readonly (readonly [string, string])[]]>([
  [{ u8: 256 }, [['u8', 'value']]],
  [{ u8: null }, [['u8', 'value']]],
  [{ watched_uuid: 1 }, [['watched_uuid', 'key']]],
  [{ LICENSE: 'GPL' }, [['LICENSE', 'key']]],
  [{ mode: 'ONN', yes: 1 }, [['mode', 'value'], ['yes', 'value']]], // prettier-ignore
  [{ limits: [{ uid: -1 }, { mode: 'NO', uuid: 1 }, 3] }, [
    ['limits.0.uid', 'value'],
    ['limits.1.uuid', 'key'],
    ['limits.1.mode', 'value'],
    ['limits.2', 'value'],
  ]], // prettier-ignore
  [
    { nested: { first: { name: 'too long a name' }, a: 1, word: 1 } },
    [
      ['nested.first.name', 'value'],
      ['nested', 'value'],
    ],
  ],
  [{ grid: [[1, 2, 3]] }, [['grid', 'value']]],
])('%j: all that is wrong, each at its place', (globals, found) => {
  const problems = checkGlobals(values, globals);

  expect(problems.map(({ path, of }) => [path.join('.'), of])).toEqual(found);
});

test('names the declared type, and what may have been meant', () => {
  const [wrong, unknown] = checkGlobals(values, { watched_uid: 'root', prefixes: '/etc' });

  expect(wrong).toEqual({
    path: ['watched_uid'],
    of: 'value',
    code: 'bad-global',
    message: '"watched_uid" (uid_type) must be a whole number from 0 to 4294967295, not "root"',
    hint: undefined,
  });
  expect(unknown).toMatchObject({
    code: 'no-such-global',
    message: 'the object has no global variable "prefixes"',
    hint: 'did you mean "prefix"?',
  });
});
