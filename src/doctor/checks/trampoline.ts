import { AppError, PrivilegeError } from '../../base/errors.ts';
import type { Finding, Found } from '../finding.ts';
import { notAllowed, ok, unsupported, warning } from '../finding.ts';

/** The proof: a program that notes its run, attached to a function that is there for tests and is called by nobody else. */
export function checkTrampoline(attempt: () => void, before: readonly Finding[]): Found {
  const obstacle = before.find(({ check, level }) => level === 'error' && needed.includes(check));
  if (obstacle !== undefined)
    return warning(`not tried, because of ${obstacle.check}`, `mend ${obstacle.check} first`);
  try {
    attempt();
    return ok('a program was loaded, attached to "bpf_fentry_test1", and called');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const find = error instanceof PrivilegeError ? notAllowed : unsupported;
    return find(error.message, error.hint ?? 'see the errors above');
  }
}

/** What it cannot be tried without. */
const needed = ['btf', 'capabilities', 'libbpf'];
