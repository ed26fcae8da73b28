import type { ExitStatus } from '../base/errors.ts';
import { UsageError } from '../base/errors.ts';
import { destroy as destroyAll, look, planToDestroy } from '../converge.ts';
import { ownershipCheckFor } from '../manifest/ownership-check.ts';
import { guard } from '../plan/guard.ts';
import type { ObservedState } from '../state/observed.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { reportOf } from './apply.ts';
import type { Context } from './context.ts';
import { manifestsUnder } from './manifests-under.ts';
import { nameOf } from './name-or-manifest.ts';
import { nothingText } from './nothing-pinned.ts';

/** `fentryctl destroy`: all that is pinned under a name goes, unless it is protected; asks first. Nothing there is no error, and told. */
export async function destroy(context: Context): Promise<ExitStatus> {
  const { operands, options, ports } = context;
  const name = nameOf(operands[0] ?? '', ownershipCheckFor(ports.ownersCheckedFor));
  const layout = pinLayout(options.root, name);
  guard(planToDestroy(ports.kernel, layout, name), options.force); // before anybody is asked
  const observed = look(ports.kernel, layout, name);
  if (isNothing(observed)) {
    context.log(nothingText(name, manifestsUnder(ports.kernel, options.root)));
  }
  if (!(await isAgreed(context, observed))) throw new UsageError('nothing was destroyed');
  return await reportOf(
    context,
    async (limits) => await destroyAll(ports.kernel, layout, name, limits),
  );
}

function isNothing({ instances, maps, attachments }: ObservedState): boolean {
  return instances.length + maps.length + attachments.length === 0;
}

async function isAgreed({ options, ask }: Context, observed: ObservedState): Promise<boolean> {
  if (options.yes || isNothing(observed)) return true;
  const { name, instances, maps } = observed;
  if (ask === undefined) {
    throw new UsageError('destroy asks before it removes anything, and there is no terminal', {
      hint: 'give --yes',
    });
  }
  const programs = instances.reduce((sum, instance) => sum + instance.slots.length, 0);
  return await ask(`Detach and unpin ${programs} programs and ${maps.length} maps of "${name}"?`);
}
