import { expect, test } from 'vitest';
import { FailedError } from '../../../src/base/errors.ts';
import { takeBack } from '../../../src/bpf/kernel/take-back.ts';

test('each step is tried, in order, and the error says which were refused', () => {
  const error = new FailedError('no memory');
  const [first, last] = [new FailedError('not this'), new FailedError('nor this')];
  const done: string[] = [];
  const refuse = (refusal: Error) => (): void => {
    throw refusal;
  };

  const returned = takeBack(error, [
    () => void done.push('one'),
    refuse(first),
    () => void done.push('two'),
    refuse(last),
  ]);

  expect(returned).toBe(error);
  expect(done).toEqual(['one', 'two']);
  expect(error.leftBehind).toEqual([first, last]);
});

test('an error that is no refusal stays what it is', () => {
  const bug = new Error('a bug');

  expect(takeBack(bug, [() => undefined])).toBe(bug);
});
