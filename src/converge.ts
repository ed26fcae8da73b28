import path from 'node:path';
import type { ApplyOptions, ApplyReport } from './apply/apply.ts';
import { apply } from './apply/apply.ts';
import type { Kernel, Lock, TreeEntry } from './apply/kernel.ts';
import { observe, understand } from './apply/observe.ts';
import { sweep } from './apply/sweep.ts';
import { FailedError } from './base/errors.ts';
import { requirePinsElsewhere } from './manifest/check-pins.ts';
import { loadManifest } from './manifest/load-manifest.ts';
import { loadObjects } from './manifest/load-objects.ts';
import { ownershipCheckFor } from './manifest/ownership-check.ts';
import type { ObjectLibrary } from './manifest/read-object.ts';
import { requireAttachable } from './manifest/require-attachable.ts';
import { resolve } from './manifest/resolve.ts';
import type { Crowded } from './plan/crowding.ts';
import { attachTargets, crowdedBy, ownLinks } from './plan/crowding.ts';
import { diff, diffToNothing } from './plan/diff.ts';
import { guard } from './plan/guard.ts';
import type { Operation } from './plan/operation.ts';
import type { Plan } from './plan/plan.ts';
import type { Hidden } from './plan/hidden.ts';
import { hiddenOn } from './plan/hidden.ts';
import type { SavedPlan } from './plan/saved-plan.ts';
import type { PlanInputs } from './save-plan.ts';
import { haveMoved, requireSameFiles, requireUnmoved, savedPlan } from './save-plan.ts';
import type { DesiredState } from './state/desired.ts';
import { sharedPinsOf } from './state/desired.ts';
import type { CatalogFunction, FunctionCatalog, UnseenSource } from './state/function-catalog.ts';
import type { FunctionLinks } from './state/function-links.ts';
import type { KernelFunction, ManifestName, PinPath } from './state/ids.ts';
import type { ObservedState } from './state/observed.ts';
import type { PinLayout } from './state/pin-layout.ts';
import type { TargetObjects } from './state/target-home.ts';
import { pinLayout } from './state/pin-layout.ts';

/** What the pipeline needs from outside; the command line chooses it. */
export interface Ports extends ObjectLibrary {
  readonly kernel: Kernel;
  readonly functions: () => FunctionCatalog;
  readonly links: () => FunctionLinks;
  /** Looks each up when it is asked, at most once. */
  readonly targetObjects: () => TargetObjects;
  /** The user id of a privileged caller, who is kept from files that others could change; `undefined`: any file will do. */
  readonly ownersCheckedFor: number | undefined;
}

export interface Wanted extends PlanInputs {
  readonly desired: DesiredState;
  /** What is attached to functions by now; only asked about those that something is to be attached to. */
  readonly links: () => FunctionLinks;
  /** Throws for functions that something would be loaded for, and that cannot be attached to. */
  readonly requireAttachable: (functions: ReadonlySet<KernelFunction>) => void;
  /** What these were asked for, and could not read. */
  readonly unseen: () => readonly UnseenSource[];
}

/** What is pinned now, and what would be done about it. */
export interface Survey {
  /** All that is in the manifest's directory. */
  readonly entries: readonly TreeEntry[];
  readonly observed: ObservedState;
  readonly plan: Plan;
}

export interface Convergence {
  readonly plan: Plan;
  readonly report: ApplyReport;
  /** Pins and notes of the manifest, as they were right before the kernel was read for the last time, if they were asked for. */
  readonly pins?: readonly PinPath[] | undefined;
  /** Of the saved plan that this was, if it was one. */
  readonly fingerprint?: string | undefined;
  /** How many programs the manifest wants attached, each function counted: so many are, unless it failed. */
  readonly attached?: number | undefined;
}

export interface ConvergeOptions extends ApplyOptions {
  /** Milliseconds to wait for another writer. */
  readonly lockTimeoutMs: number;
  /** Told the plan before its first operation. */
  readonly onPlan?: ((plan: Plan) => void) | undefined;
  /** Detaches even what the guard or a protection would keep; foreign pins are refused all the same. */
  readonly force?: boolean | undefined;
  /** A plan that was saved: unless the one made now is the same, it is refused. */
  readonly saved?: SavedPlan | undefined;
  /** Tells the pins, too. */
  readonly listPins?: boolean | undefined;
}

/** read → validate → resolve. Needs no privilege but to read; throws all that is wrong at once. */
export function want(ports: Omit<Ports, 'kernel'>, root: PinPath, file: string): Wanted {
  const owners = ownershipCheckFor(ports.ownersCheckedFor);
  const manifest = loadManifest(file, owners);
  const objects = loadObjects(manifest, ports, owners);
  requirePinsElsewhere(manifest, root);
  const sources = { functions: ports.functions(), targetObjects: ports.targetObjects() };
  const desired = resolve(manifest, objects, sources);
  const digest = { file: path.resolve(file), sha256: manifest.sha256 };
  const layout = pinLayout(root, desired.name);
  return {
    desired,
    layout,
    manifest: digest,
    objects,
    links: ports.links,
    requireAttachable: (functions) => requireAttachable(manifest, sources, functions),
    unseen: () => sources.functions.unseen(),
  };
}

/** Operations after which a program may run where it did not: what is loaded already was perhaps never to be attached. */
const begins: ReadonlySet<Operation['kind']> = new Set(['load', 'attach', 'exchange']);

/** observe → diff. Changes nothing and takes no lock; throws if something is to be attached where nothing can be. */
export function survey(kernel: Kernel, wanted: Wanted): Survey {
  const { desired, layout } = wanted;
  const entries = kernel.read(layout.directory);
  const sight = { layout, name: desired.name, sharedPins: sharedPinsOf(desired) };
  const observed = understand(kernel, sight, entries);
  const plan = diff(layout, desired, observed);
  const questioned = plan.operations.filter(({ kind }) => begins.has(kind));
  if (questioned.length > 0)
    wanted.requireAttachable(new Set(questioned.flatMap(({ target }) => target ?? [])));
  const targets = attachTargets(plan.operations, desired);
  if (targets.length === 0) return { entries, observed, plan };
  const links = wanted.links();
  const crowded = crowdedIn(plan, { observed, layout, targets, links });
  const hidden = hiddenIn(kernel, layout, targets, links);
  return { entries, observed, plan: { ...plan, crowded, hidden, unseen: wanted.unseen() } };
}

/** A BPF file system mounted over the one with the pins looks as if nothing were attached. */
function hiddenIn(
  kernel: Kernel,
  { root }: PinLayout,
  targets: readonly CatalogFunction[],
  links: FunctionLinks,
): Hidden | undefined {
  const point = kernel.hidden(root);
  if (point === undefined) return undefined;
  const pinned = kernel.read(root).flatMap((entry) => (entry.kind === 'link' ? entry.link.id : []));
  return hiddenOn(point, targets, links, new Set(pinned));
}

interface Room {
  readonly observed: ObservedState;
  readonly layout: PinLayout;
  readonly targets: readonly CatalogFunction[];
  readonly links: FunctionLinks;
}

/** The functions that have no room for what a plan attaches, as far as this kernel tells. */
function crowdedIn(
  { operations }: Plan,
  { observed, layout, targets, links }: Room,
): readonly Crowded[] {
  if (links.limit === undefined) return [];
  const counts = targets.map((target) => {
    return [target.name, links.on(target)?.length ?? ownLinks(observed, target.name)] as const;
  });
  return crowdedBy(operations, { links: new Map(counts), limit: links.limit, layout });
}

/** The whole sentence: read, validate, resolve, lock, observe, diff, guard, apply, observe, verify. */
export async function converge(
  ports: Ports,
  root: PinPath,
  file: string,
  options: ConvergeOptions,
): Promise<Convergence> {
  if (options.saved !== undefined) requireSameFiles(options.saved);
  const wanted = want(ports, root, file);
  using lock = await ports.kernel.lock(root, options.lockTimeoutMs, options.signal);
  // Who waited may have read what others have replaced and applied meanwhile, and would undo it.
  const latest = haveMoved(wanted) ? want(ports, root, file) : wanted;
  return await convergeTo(ports.kernel, latest, whileHeld(lock, options));
}

/** Checks before each operation: somebody may remove the locked directory by hand, and another run lock a new one. */
function whileHeld(lock: Lock, options: ConvergeOptions): ConvergeOptions {
  return {
    ...options,
    onStart: (operation, index) => {
      lock.requireHeld();
      options.onStart?.(operation, index);
    },
  };
}

/** observe → diff → guard → apply → observe → verify, by whoever holds the lock. */
export async function convergeTo(
  kernel: Kernel,
  wanted: Wanted,
  options: Omit<ConvergeOptions, 'lockTimeoutMs'>,
): Promise<Convergence> {
  const { layout, objects } = wanted;
  let pins: Convergence['pins'];
  let entries: Survey['entries'] = [];
  const surveyNow = (): Survey => {
    if (options.listPins === true) pins = pinsIn(kernel, layout);
    const found = survey(kernel, wanted);
    ({ entries } = found);
    return found;
  };
  const { observed, plan } = surveyNow();
  const { saved } = options;
  if (saved !== undefined) requireUnmoved(saved, savedPlan(wanted, observed, plan));
  guard(plan, options.force ?? false);
  options.onPlan?.(plan);
  const images = new Map(objects.map(({ image }) => [image.digest, image]));
  const report = verified(await apply(kernel, plan, images, options), () => surveyNow().plan);
  return {
    plan,
    report: swept(report, kernel, layout, entries),
    pins,
    fingerprint: saved?.fingerprint,
    attached: attachedIn(wanted.desired),
  };
}

function attachedIn({ objects }: DesiredState): number {
  const programs = objects.flatMap((object) => object.programs);
  return programs.filter(({ state }) => state === 'attached').length;
}

function pinsIn(kernel: Kernel, { directory }: PinLayout): readonly PinPath[] {
  return kernel.list(directory).flatMap(({ kind, path: pin }) => (kind === 'directory' ? [] : pin));
}

/** observe → diff, towards nothing: what `destroy` would do now. */
export function planToDestroy(kernel: Kernel, layout: PinLayout, name: ManifestName): Plan {
  return diffToNothing(layout, observe(kernel, layout, name));
}

/** lock → observe → diff → guard → apply → verify, towards nothing: all that is pinned under a name goes. */
export async function destroy(
  kernel: Kernel,
  layout: PinLayout,
  name: ManifestName,
  options: ConvergeOptions,
): Promise<Convergence> {
  using lock = await kernel.lock(layout.root, options.lockTimeoutMs, options.signal);
  const planAgain = (): Plan => planToDestroy(kernel, layout, name);
  const plan = planAgain();
  guard(plan, options.force ?? false);
  options.onPlan?.(plan);
  const report = verified(
    await apply(kernel, plan, new Map(), whileHeld(lock, options)),
    planAgain,
  );
  return { plan, report: swept(report, kernel, layout) };
}

/** What is pinned for a manifest. Changes nothing. */
export function look(kernel: Kernel, layout: PinLayout, name: ManifestName): ObservedState {
  return observe(kernel, layout, name);
}

/** No success is reported before the kernel was read again and found to match. */
function verified(report: ApplyReport, planAgain: () => Plan): ApplyReport {
  if (report.error !== undefined || report.outcomes.length === 0) return report;
  return withErrorOf(report, () => {
    const [left] = planAgain().operations;
    if (left === undefined) return;
    throw new FailedError(
      `the kernel does not match after the apply: "${left.pin}" still needs ${left.kind}`,
      {
        hint: 'another program changes the same pins, or this is a bug; run "fentryctl plan" to see what differs',
        isPassing: true,
      },
    );
  });
}

/** Comes last: it may remove the root, and the lock with it. What was read last is as it is unless something went wrong then. */
function swept(
  report: ApplyReport,
  kernel: Kernel,
  layout: PinLayout,
  read?: readonly TreeEntry[],
): ApplyReport {
  const known = report.error === undefined ? read : undefined;
  return withErrorOf(report, () => sweep(kernel, layout, known));
}

/** What goes wrong after the last operation does not hide what was done: the report says both. */
function withErrorOf(report: ApplyReport, step: () => void): ApplyReport {
  try {
    step();
    return report;
  } catch (error) {
    return { ...report, error: report.error ?? error };
  }
}
