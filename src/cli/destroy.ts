import type { ExitStatus } from '../base/errors.ts';
import { UsageError } from '../base/errors.ts';
import type { ConvergeOptions } from '../converge.ts';
import { destroy as destroyAll, look } from '../converge.ts';
import { ownershipCheckFor } from '../manifest/ownership-check.ts';
import { diffToNothing } from '../plan/diff.ts';
import { guard } from '../plan/guard.ts';
import type { ManifestName } from '../state/ids.ts';
import type { ObservedState } from '../state/observed.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { reportOf } from './apply.ts';
import type { Context } from './context.ts';
import { manifestsUnder } from './manifests-under.ts';
import { isManifestFile, nameOf } from './name-or-manifest.ts';
import { nothingText } from './nothing-pinned.ts';
import { expandOperands } from './operands.ts';
import { reportEach } from './report-each.ts';
import { allOrInvalid } from './want-all.ts';

/** `fentryctl destroy`: all that is pinned under names goes, unless it is protected; asks first. Nothing there is no error, and told. */
export async function destroy(context: Context): Promise<ExitStatus> {
  const { operands, options, ports, log } = context;
  const { each, areSeveral, warning } = expandOperands(operands, isManifestFile);
  log(warning);
  const names = namesOf(context, each);
  const found = names.map((name) => {
    const layout = pinLayout(options.root, name);
    const observed = look(ports.kernel, layout, name);
    guard(diffToNothing(layout, observed), options.force); // before anybody is asked
    return observed;
  });
  tellMissing(context, found);
  if (!(await isAgreed(context, found))) throw new UsageError('nothing was destroyed');
  const run = (name: ManifestName) => async (limits: ConvergeOptions) =>
    await destroyAll(ports.kernel, pinLayout(options.root, name), name, limits);
  const [first] = names;
  if (!areSeveral && first !== undefined) return await reportOf(context, run(first));
  return await reportEach(
    context,
    names.map((name) => ({ label: { name }, run: run(name) })),
  );
}

/** Each once: that two manifests claim one is no matter here. */
function namesOf({ ports }: Context, operands: readonly string[]): readonly ManifestName[] {
  const owners = ownershipCheckFor(ports.ownersCheckedFor);
  const names = allOrInvalid(operands, (operand) => nameOf(operand, owners));
  return [...new Set(names.map(([, name]) => name))];
}

function tellMissing({ options, ports, log }: Context, found: readonly ObservedState[]): void {
  const missing = found.filter(isNothing);
  if (missing.length === 0) return;
  const names = manifestsUnder(ports.kernel, options.root);
  for (const { name } of missing) log(nothingText(name, names));
}

function isNothing({ instances, maps, attachments }: ObservedState): boolean {
  return instances.length + maps.length + attachments.length === 0;
}

async function isAgreed(
  { options, ask }: Context,
  all: readonly ObservedState[],
): Promise<boolean> {
  const found = all.filter((observed) => !isNothing(observed));
  if (options.yes || found.length === 0) return true;
  if (ask === undefined) {
    throw new UsageError('destroy asks before it removes anything, and there is no terminal', {
      hint: 'give --yes',
    });
  }
  const slots = found.flatMap(({ instances }) => instances.flatMap((instance) => instance.slots));
  const maps = found.flatMap((observed) => observed.maps);
  const names = found.map(({ name }) => `"${name}"`).join(', ');
  return await ask(
    `Detach and unpin ${slots.length} programs and ${maps.length} maps of ${names}?`,
  );
}
