import { RefusedError } from '../base/errors.ts';
import type { Plan } from './plan.ts';

/** Refuses a plan that must not be carried out, with a `RefusedError`. */
export function guard(plan: Plan): void {
  const [first] = plan.conflicts;
  if (first === undefined) return;
  const more = plan.conflicts.length > 1 ? ` (and ${plan.conflicts.length - 1} more)` : '';
  throw new RefusedError(`a foreign pin is in the way: "${first.path}" is ${first.what}${more}`, {
    hint: 'remove it by hand if nobody needs it, then apply again',
  });
}
