import { expect, test } from 'vitest';
import { works } from '../../../bench/sample.ts';
import { casesOf, rotated, roundsOf } from '../../../bench/schedule.ts';

const extent = { works, sizes: [1, 100, 500, 1000], rounds: 5 };

test('instructions are counted for all work, the clock is read for objects up to 500', () => {
  const counted = casesOf('I', extent).map(({ work, size }) => `${work} ${String(size)}`);
  const timed = casesOf('W', extent).map(({ work, size }) => `${work} ${String(size)}`);

  expect(timed).toEqual(['start 1', 'object 1', 'object 100', 'object 500']);
  expect(counted.join()).toBe(
    'start 1,object 1,object 100,object 500,object 1000,' +
      'program 1,program 100,program 500,program 1000,' +
      'no-op 100,no-op 500,replace 100,replace 500,remove 100',
  );
});

test('only the work that is asked for', () => {
  expect(casesOf('I', { ...extent, works: ['no-op'], sizes: [1, 100] })).toEqual([
    { work: 'no-op', size: 100 },
  ]);
});

test('what counts instructions runs once, what is large half as often', () => {
  const rounds = [roundsOf('I', 1, extent), roundsOf('W', 1, extent), roundsOf('W', 500, extent)];

  expect(rounds).toEqual([1, 5, 3]);
});

test('each is first in turn', () => {
  expect([0, 1, 2, 3].map((by) => rotated(['a', 'b', 'c'], by).join(''))).toEqual([
    'abc',
    'bca',
    'cab',
    'abc',
  ]);
  expect(rotated([], 3)).toEqual([]);
});
