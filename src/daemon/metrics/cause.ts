import { ExitStatus } from '../../base/errors.ts';
import type { Ending } from '../ending.ts';

/** What a failed convergence is counted as. */
export const causes = [
  'invalid',
  'refused',
  'rolled_back',
  'unsupported',
  'no_privilege',
  'locked',
  'timeout',
  'killed',
  'bug',
] as const;

export type Cause = (typeof causes)[number];

/** One that did not end by itself says so; of the others the exit status tells. */
export function causeOf({ status, fate }: NonNullable<Ending['error']>): Cause {
  if (fate !== undefined) return fate;
  switch (status) {
    case ExitStatus.invalid:
      return 'invalid';
    case ExitStatus.refused:
      return 'refused';
    case ExitStatus.failed:
      return 'rolled_back';
    case ExitStatus.unsupported:
      return 'unsupported';
    case ExitStatus.noPrivilege:
      return 'no_privilege';
    case ExitStatus.locked:
      return 'locked';
    case ExitStatus.done:
    case ExitStatus.differs:
    case ExitStatus.usage:
    case ExitStatus.bug:
      return 'bug'; // no convergence fails with one of the first three
  }
}
