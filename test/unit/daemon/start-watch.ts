import { readFileSync } from 'node:fs';
import type { LogFields } from '../../../src/base/logger.ts';
import type { Convergence } from '../../../src/converge.ts';
import { Watch } from '../../../src/daemon/watch.ts';
import { manifestName } from '../../../src/state/ids.ts';
import type { Directory } from './directory.ts';

export function manifest(program: string, ...files: readonly string[]): string {
  const objects = files.map(
    (file, index) => `  o${index}: { file: ${file}, programs: { ${program}: vfs_read } }\n`,
  );
  return `version: 1\nname: demo\nobjects:\n${objects.join('')}`;
}

/** What one convergence read; it lasts until the test ends it. */
interface Run {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly end: (error?: unknown) => void;
  readonly fail: (error: Error) => void;
}

export interface StartOptions {
  /** Whether convergences end by themselves. */
  readonly automatic?: boolean;
  /** What each convergence throws, in order; `undefined` is success. */
  readonly failures?: readonly (Error | undefined)[];
  /** Which modules are loaded. */
  readonly modules?: () => readonly string[];
}

/** Watches `m.yaml` with a convergence that does nothing but keep what it read. */
export function startWatch(directory: Directory, options: StartOptions = {}) {
  const { automatic = true, failures = [], modules = () => [] } = options;
  const runs: Run[] = [];
  const log: { readonly message: string; readonly fields: LogFields }[] = [];
  const reported: unknown[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let wake = (): void => {};
  const note = (message: string, fields: LogFields = {}): void => {
    log.push({ message, fields });
    wake();
  };
  const converge = async (signal: AbortSignal): Promise<Convergence> => {
    mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
    const text = readFileSync(directory.file('m.yaml'), 'utf8');
    const failure = failures[runs.length];
    try {
      return await new Promise<Convergence>((resolve, fail) => {
        const end = (error?: unknown): void => resolve(convergence(error));
        runs.push({ text, signal, end, fail });
        wake();
        if (automatic && failure === undefined) end();
        if (automatic && failure !== undefined) fail(failure);
      });
    } finally {
      atOnce -= 1;
    }
  };
  const watch = new Watch(directory.file('m.yaml'), {
    converge,
    onConverged: ({ report }) => reported.push(report.error ?? 'converged'),
    onError: (error) => reported.push(error),
    modules,
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
  return { watch, runs, log, reported, until, count, mostAtOnce: () => mostAtOnce };
}

function convergence(error?: unknown): Convergence {
  const plan = {
    name: manifestName('demo'),
    operations: [],
    unchanged: 1,
    conflicts: [],
    mapChanges: [],
    expansions: [],
    foreign: [],
    losses: { attached: 1, lost: [], unprotected: [], limit: undefined },
  };
  return { plan, report: { outcomes: [], error, rollbackErrors: [] } };
}
