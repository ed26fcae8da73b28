import { expect, test } from 'vitest';
import { OptionError, parseOptions } from '../../../bench/options.ts';

test('without options all is measured', () => {
  expect(parseOptions([])).toMatchObject({
    modes: ['I', 'W'],
    sizes: [1, 10, 100, 500, 1000],
    rounds: 5,
    out: 'bench/results.md',
    kernel: undefined,
  });
});

test('a part of it', () => {
  const args = ['--mode', 'W', '--work', 'start', '--work', 'object', '--sizes', '1,10'];

  expect(parseOptions([...args, '--rounds', '2', '--kernel', '6.12'])).toMatchObject({
    modes: ['W'],
    works: ['start', 'object'],
    sizes: [1, 10],
    rounds: 2,
    kernel: '6.12',
  });
});

test('help', () => {
  expect(parseOptions(['--help'])).toBeUndefined();
});

test.each([
  ['--mode', 'X'],
  ['--work', 'all'],
  ['--sizes', '1,0'],
  ['--rounds', 'x'],
  ['--x'],
  ['y'],
])('%s %s makes no sense', (...args) => {
  expect(() => parseOptions(args)).toThrow(OptionError);
});
