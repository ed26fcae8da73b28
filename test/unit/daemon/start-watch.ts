import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LogFields } from '../../../src/base/logger.ts';
import { AppError, ExitStatus, FailedError } from '../../../src/base/errors.ts';
import { mayPass } from '../../../src/base/passing.ts';
import type { Ending } from '../../../src/daemon/ending.ts';
import type { Settled } from '../../../src/daemon/watch-pins.ts';
import { Watch } from '../../../src/daemon/watch.ts';
import type { Watched } from '../../../src/daemon/watched.ts';
import { watched } from '../../../src/daemon/watched.ts';
import type { Task } from '../../../src/daemon/worker.ts';
import type { Directory } from './directory.ts';

export function manifest(program: string, ...files: readonly string[]): string {
  const objects = files.map(
    (file, index) => `  o${index}: { file: ${file}, programs: { ${program}: vfs_read } }\n`,
  );
  return `version: 1\nname: demo\nobjects:\n${objects.join('')}`;
}

/** Of the process that converges. */
export class Death extends FailedError {
  constructor(message: string) {
    super(message, { isPassing: true });
  }
}

/** What one convergence read; it lasts until the test ends it. */
interface Run {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly end: (error?: Error) => void;
}

export interface StartOptions {
  /** Whether convergences end by themselves. */
  readonly automatic?: boolean;
  /** How each convergence fails, in order; `undefined` is success. */
  readonly failures?: readonly (Error | undefined)[];
  /** Which modules are loaded. */
  readonly modules?: () => readonly string[];
  /** What a convergence does to the pins below `pins`; there is none of its own otherwise. */
  readonly pin?: () => unknown;
  /** What others do to them once it has looked for the last time. */
  readonly meanwhile?: () => void;
  readonly hasBpffs?: () => boolean;
  readonly resyncMs?: number;
}

/** Watches `m.yaml` with a convergence that does nothing but keep what it read. */
export function startWatch(directory: Directory, options: StartOptions = {}) {
  const { automatic = true, failures = [], modules = () => [], hasBpffs = () => true } = options;
  const runs: Run[] = [];
  const log: { readonly message: string; readonly fields: LogFields }[] = [];
  const reported: string[] = [];
  /** Whether each convergence found what others had changed. */
  const drifts: boolean[] = [];
  /** Whether each failed again as it had been told before. */
  const repeats: boolean[] = [];
  /** After how many reports the watch was said to end. */
  const last: number[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let wake = (): void => {};
  const note = (message: string, fields: LogFields = {}): void => {
    log.push({ message, fields });
    wake();
  };
  const converge = async ({ signal, follow }: Task): Promise<Ending> => {
    mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
    const found = watchedBy(directory.file('m.yaml'));
    if (found !== undefined) await follow(found);
    const text = readFileSync(directory.file('m.yaml'), 'utf8');
    const failure = failures[runs.length];
    try {
      return await new Promise<Ending>((resolve) => {
        const end = (error?: Error): void => {
          if (error === undefined) options.pin?.();
          const pinned = error === undefined ? pinnedIn(directory) : undefined;
          options.meanwhile?.();
          resolve({ ...endingOf(error), pinned });
        };
        runs.push({ text, signal, end });
        wake();
        if (automatic) end(failure);
      });
    } finally {
      atOnce -= 1;
    }
  };
  const watch = new Watch(directory.file('m.yaml'), {
    converge,
    onBegin: () => undefined,
    onEnded: ({ error }, goesOn, { foundDrift, isRepeat }) => {
      reported.push(error?.message ?? 'converged');
      drifts.push(foundDrift);
      repeats.push(isRepeat);
      if (!goesOn) last.push(reported.length);
    },
    modules,
    hasBpffs,
    resyncMs: options.resyncMs,
    log: { info: note, warn: note, error: note },
  });
  /** Waits as long as a test may. */
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const count = (message: string): number =>
    log.filter((entry) => entry.message === message).length;
  return {
    watch,
    runs,
    log,
    reported,
    drifts,
    repeats,
    last,
    until,
    count,
    mostAtOnce: () => mostAtOnce,
  };
}

function watchedBy(file: string): Watched | undefined {
  try {
    return watched(file);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function pinnedIn(directory: Directory): Settled {
  const below = directory.file('pins/demo');
  const entries = readdirSync(directory.path, { recursive: true, withFileTypes: true });
  const pins = entries.flatMap((one) =>
    one.isDirectory() ? [] : path.join(one.parentPath, one.name),
  );
  return {
    directory: below,
    pins: pins.filter((pin) => pin.startsWith(below)),
    isUnchanged: false,
  };
}

function endingOf(error: Error | undefined): Ending {
  const nothing = { operations: 0, out: '', err: '' };
  if (error === undefined) return { ...nothing, plan: { name: 'demo', unchanged: 1 }, error };
  const status = error instanceof AppError ? error.exitStatus : ExitStatus.bug;
  const fate = error instanceof Death ? ({ fate: 'killed' } as const) : {};
  const isPassing = mayPass(error) ? true : undefined;
  return {
    ...nothing,
    plan: undefined,
    error: { message: error.message, status, isPassing, ...fate },
  };
}
