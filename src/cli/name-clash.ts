import { listed } from '../base/diagnostic.ts';
import { RefusedError } from '../base/errors.ts';

const mostNamed = 5;

/** What programs know it by. */
export const clashCode = 'name-clash';

/** Several manifests claim one name: whoever came first would else undo what the other does. */
export function nameClash(name: string, manifests: readonly string[]): RefusedError {
  const files = listed(manifests.toSorted(), mostNamed);
  return new RefusedError(
    `the name "${name}" is claimed by ${files}: nothing of that name is touched`,
    {
      refusals: [{ code: clashCode }],
      hint: 'give all but one of them another "name:", or remove them',
    },
  );
}
