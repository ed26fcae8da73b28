import { once } from 'node:events';
import process from 'node:process';
import { AppError, FailedError, RefusedError } from '../base/errors.ts';
import type { Convergence, ConvergeOptions } from '../converge.ts';
import { converge, destroy } from '../converge.ts';
import type { Ending } from '../daemon/ending.ts';
import type { FromWorker, Job, ToWorker } from '../daemon/messages.ts';
import type { Named } from '../daemon/watched.ts';
import { watched } from '../daemon/watched.ts';
import { manifestName } from '../state/ids.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { choosePorts } from './choose-ports.ts';
import type { Options } from './context.ts';
import { nameClash } from './name-clash.ts';
import { parseCommandLine } from './options.ts';
import { endingOf, failureOf } from './worker-ending.ts';

/** Does one job for a watch, which started it with its own arguments, and tells how that ended. */
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new FailedError('stopped by SIGTERM')));
process.on('disconnect', () => stop.abort(new FailedError('the watch is gone')));
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined); // the watch decides what they mean

void work().then((ending) => {
  tell({ kind: 'ended', ending });
  process.disconnect();
});

async function work(): Promise<Ending> {
  const { colour, job } = await hear('start');
  const parsed = parseCommandLine(process.argv.slice(2));
  if (parsed.kind !== 'command') throw new Error('started without a command');
  const { options } = parsed;
  const isAlone = job.kind === 'converge' && !job.isOneOfMany;
  const style = { options, colour, manifest: isAlone ? undefined : job.manifest };
  try {
    return endingOf(await carryOut(job, options), style);
  } catch (error) {
    return failureOf(error, style);
  }
}

async function carryOut(job: Job, options: Options): Promise<Convergence> {
  const { lockTimeoutMs, force, root, allowInsecureFiles } = options;
  const limits = { lockTimeoutMs, force, signal: stop.signal };
  if (job.kind === 'destroy') {
    const name = manifestName(job.name);
    const { kernel } = await choosePorts(allowInsecureFiles);
    return await destroy(kernel, pinLayout(root, name), name, limits);
  }
  const name = await announce(job);
  const ports = await choosePorts(allowInsecureFiles);
  const onPlan = requireName(name);
  return await converge(ports, root, job.manifest, { ...limits, listPins: true, onPlan });
}

/** Names what it will read before it reads it, and waits until that is watched; returns its name. */
async function announce({ manifest, others }: Extract<Job, { kind: 'converge' }>) {
  const found = watchedBy(manifest);
  if (found === undefined) return undefined;
  const { name, ...rest } = found;
  const names = others.map((other) => [other, watchedBy(other)?.name] as const);
  tell({ kind: 'watched', watched: rest, names: [[manifest, name], ...names] });
  const { rivals } = await hear('go');
  if (rivals.length > 0) throw nameClash(name, [manifest, ...rivals]);
  return name;
}

/** The name was said to be nobody else's: what has another one by now has to ask again, and an edit is no failure of ours. */
function requireName(name: string | undefined): ConvergeOptions['onPlan'] {
  return (plan) => {
    if (name === undefined || plan.name === name) return;
    throw new RefusedError(
      `the name of the manifest was "${name}", and is "${plan.name}" meanwhile`,
    );
  };
}

/** A manifest that cannot be understood names nothing; the convergence says what is wrong with it. */
function watchedBy(file: string): Named | undefined {
  try {
    return watched(file);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

async function hear<Kind extends ToWorker['kind']>(
  kind: Kind,
): Promise<Extract<ToWorker, { kind: Kind }>> {
  const [message] = (await once(process, 'message', { signal: stop.signal })) as [ToWorker]; // only the watch sends any
  if (message.kind !== kind) throw new Error(`expected "${kind}", heard "${message.kind}"`);
  return message as Extract<ToWorker, { kind: Kind }>; // compared right above
}
