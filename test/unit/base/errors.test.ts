import { expect, test } from 'vitest';
import * as errors from '../../../src/base/errors.ts';

test.each([
  [errors.UsageError, 64],
  [errors.InvalidError, 65],
  [errors.UnsupportedError, 69],
  [errors.PrivilegeError, 77],
  [errors.LockedError, 75],
  [errors.RefusedError, 3],
  [errors.FailedError, 1],
])('%o', (Class, status) => {
  const error: errors.AppError = new Class('what is wrong');

  expect(error.exitStatus).toBe(status);
  expect(error.name).toBe(Class.name);
  expect(error).toMatchObject({ message: 'what is wrong', hint: undefined, log: undefined });
  expect('cause' in error).toBe(false);
});

test('what is known is kept', () => {
  const cause = new Error('why');

  const error = new errors.FailedError('what', { hint: 'do this', log: 'all of it', cause });

  expect(error).toMatchObject({ hint: 'do this', log: 'all of it', cause });
});

test('an invalid file keeps its diagnostics', () => {
  const diagnostic = { file: 'f', line: 1, column: 1, length: 1, code: 'c', message: 'm' };

  expect(new errors.InvalidError('f', [diagnostic], { log: 'l' })).toMatchObject({
    diagnostics: [diagnostic],
    log: 'l',
  });
});

test('what cannot be is a plain error', () => {
  expect(() => errors.assertNever('surprise' as never)).toThrow(
    new Error('unexpected value "surprise"'),
  );
});
