import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../src/base/errors.ts';
import type { Images } from '../../src/apply/loaders.ts';
import { Loaders } from '../../src/apply/loaders.ts';
import type { Performed } from '../../src/apply/run-operation.ts';
import { runOperation } from '../../src/apply/run-operation.ts';
import type { Wanted } from '../../src/converge.ts';
import { survey } from '../../src/converge.ts';
import type { Operation } from '../../src/plan/operation.ts';
import type { Figures } from './figures.ts';
import { failuresAt, spread } from './cases.ts';
import type { KernelIds } from './kernel-ids.ts';
import { kernelIds } from './kernel-ids.ts';
import type { Look } from './look.ts';
import { look, strayIds } from './look.ts';
import type { Point, Reaction } from './points.ts';
import { atPoints, failing } from './points.ts';
import { kernel } from './states.ts';

/** What a single operation needs: others to carry it out with, and images to load from. */
interface Bench {
  readonly images: Images;
  readonly figures: Figures;
}

/**
 * Carries a plan out by single operations, and before each that is the first of its kind has each of its calls fail:
 * one that fails must leave the kernel as it was, and so must one that is undone. In the end all is undone.
 */
export async function tryOperations(to: Wanted, most: number, figures: Figures): Promise<void> {
  const images = new Map(to.objects.map(({ image }) => [image.digest, image]));
  const bench = { images, figures };
  const tried = new Set<string>();
  const performed: Performed[] = [];
  for (const operation of survey(kernel, to).plan.operations) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
    if (!tried.has(kindOf(operation))) await tryOperation(operation, most, bench);
    tried.add(kindOf(operation));
    performed.push(runAlone(operation, images));
  }
  for (const { undo } of performed.toReversed()) undo();
}

function kindOf(operation: Operation): string {
  const by = operation.kind === 'attach' && operation.slot !== undefined ? ' by exchange' : '';
  const of = operation.kind === 'unpin' ? ` ${operation.what}` : '';
  return `${operation.kind}${by}${of}`;
}

/** With its object opened for it alone. */
function runAlone(operation: Operation, images: Images): Performed {
  using loaders = new Loaders(kernel, images, [operation]);
  return runOperation(kernel, operation, loaders);
}

async function tryOperation(operation: Operation, most: number, bench: Bench): Promise<void> {
  const run = (): Performed => runAlone(operation, bench.images);
  const { points } = await hurt({}, run);
  const failures = spread(
    failuresAt(points).filter(({ later }) => !later),
    most,
  );
  const kind = kindOf(operation);
  for (const { at, errno } of failures) {
    const before = { looked: look(), ids: kernelIds() };
    const { failed } = await hurt(failing(at, errno, false), run); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    const what = `${kind}, ${errno} of ${points[at]?.call} (${at}): ${failed ? 'failed' : 'undone'}`;
    bench.figures.single(`${kind} ${failed ? 'failed' : 'undone'}`);
    const problems = await differences(before); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    for (const problem of problems) bench.figures.violation(`${what}, but ${problem}`);
  }
  process.stdout.write(`${kind}: ${failures.length} failures at ${points.length} points\n`);
}

/** Runs it at points that react, and takes back what it did if it did not fail. */
async function hurt(
  reaction: Reaction,
  run: () => Performed,
): Promise<{ readonly points: readonly Point[]; readonly failed: boolean }> {
  let performed: Performed | undefined;
  const points = await atPoints(reaction, async () => {
    performed = await attempted(run);
  });
  performed?.undo();
  return { points, failed: performed === undefined };
}

async function attempted(run: () => Performed): Promise<Performed | undefined> {
  try {
    return await Promise.resolve(run());
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** What was taken away is still held by the operations before: so it is not what is pinned that counts, but what there is. */
async function differences({
  looked,
  ids,
}: {
  readonly looked: Look;
  readonly ids: KernelIds;
}): Promise<readonly string[]> {
  const after = look();
  const stray = await strayIds(ids);
  return [
    ...(isDeepStrictEqual(after.ids, looked.ids) ? [] : ['other ids are pinned']),
    ...(isDeepStrictEqual(after.slots, looked.slots) ? [] : ['slots are not as before']),
    ...(isDeepStrictEqual(after.links, looked.links) ? [] : ['links are not as before']),
    ...(after.openFds === looked.openFds ? [] : ['fds are left open']),
    ...(stray === undefined ? [] : [`the kernel has other things: ${stray}`]),
  ];
}
