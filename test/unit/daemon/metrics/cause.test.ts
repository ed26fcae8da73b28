import { expect, test } from 'vitest';
import { ExitStatus } from '../../../../src/base/errors.ts';
import { causeOf } from '../../../../src/daemon/metrics/cause.ts';

test.each([
  [ExitStatus.invalid, undefined, 'invalid'],
  [ExitStatus.refused, undefined, 'refused'],
  [ExitStatus.failed, undefined, 'rolled_back'],
  [ExitStatus.failed, 'timeout', 'timeout'],
  [ExitStatus.failed, 'killed', 'killed'],
  [ExitStatus.unsupported, undefined, 'unsupported'],
  [ExitStatus.noPrivilege, undefined, 'no_privilege'],
  [ExitStatus.locked, undefined, 'locked'],
  [ExitStatus.locked, 'timeout', 'timeout'],
  [ExitStatus.bug, undefined, 'bug'],
] as const)('exit status %i, %s: %s', (status, fate, cause) => {
  const error = { message: 'what', status, ...(fate === undefined ? {} : { fate }) };

  expect(causeOf(error)).toBe(cause);
});
