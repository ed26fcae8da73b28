import type { Convergence } from '../../src/converge.ts';
import { convergeTo, destroy } from '../../src/converge.ts';
import { manifestName } from '../../src/state/ids.ts';
import { layout } from './look.ts';
import type { State } from './states.ts';
import { kernel, name } from './states.ts';

const options = { lockTimeoutMs: 10_000, force: true };

/** What `apply` does with a manifest that was read, and `destroy` without one. */
export async function converge(state: State): Promise<Convergence> {
  if (state === undefined) return await destroy(kernel, layout, manifestName(name), options);
  return await convergeTo(kernel, state, options);
}
