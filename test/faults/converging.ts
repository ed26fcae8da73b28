import type { Convergence } from '../../src/converge.ts';
import { convergeTo, destroy } from '../../src/converge.ts';
import { manifestName } from '../../src/state/ids.ts';
import { layout } from './look.ts';
import type { State } from './states.ts';
import { kernel, name, root } from './states.ts';

const lockTimeoutMs = 10_000;

/** What `apply` does with a manifest that was read, and `destroy` without one. */
export async function converge(state: State): Promise<Convergence> {
  const options = { lockTimeoutMs, force: true };
  if (state === undefined) return await destroy(kernel, layout, manifestName(name), options);
  using lock = await kernel.lock(root, lockTimeoutMs);
  return await convergeTo(kernel, state, { force: true, onStart: () => lock.requireHeld() });
}
