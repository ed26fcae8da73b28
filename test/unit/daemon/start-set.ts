import { readFileSync } from 'node:fs';
import { AppError, ExitStatus } from '../../../src/base/errors.ts';
import type { LogFields } from '../../../src/base/logger.ts';
import type { Ending } from '../../../src/daemon/ending.ts';
import { failedEnding } from '../../../src/daemon/ending.ts';
import type { FoundNames, Job } from '../../../src/daemon/messages.ts';
import type { Following } from '../../../src/daemon/observer.ts';
import { WatchSet } from '../../../src/daemon/watch-set.ts';
import type { Named } from '../../../src/daemon/watched.ts';
import { watched } from '../../../src/daemon/watched.ts';
import type { Task } from '../../../src/daemon/worker.ts';

/** A manifest of so many attachments; `fails` are words in it that a convergence fails by. */
export function manifest(name: string, attached = 1, fails = ''): string {
  const targets = Array.from({ length: attached }, (_, index) => `vfs_${index}`);
  return `version: 1\nname: ${name}\nobjects: # ${fails}\n  o: { file: o.o, programs: { p: { targets: [${targets.join(', ')}] } } }\n`;
}

export interface SetOptions {
  readonly isForced?: boolean;
  readonly pinned?: readonly string[];
  /** Names that are protected: they are not destroyed. */
  readonly isProtected?: readonly string[];
  /** Called while a manifest converges, by its file's name. */
  readonly during?: (manifest: string) => Promise<void> | void;
  readonly pollMs?: number;
}

/**
 * Watches such manifests with a process that only notes what is pinned: a kernel of names, each with its number of attachments.
 */
export function startSet(operands: readonly string[], options: SetOptions = {}) {
  const kernel = new Map<string, number>();
  const jobs: string[] = [];
  const log: { readonly message: string; readonly fields: LogFields }[] = [];
  const followed: Following[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  let wake = (): void => {};
  const note = (message: string, fields: LogFields = {}): void => {
    log.push({ message, fields });
    wake();
  };
  const work = async (job: Job, task: Task): Promise<Ending> => {
    mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
    jobs.push(`${job.kind} ${job.kind === 'destroy' ? job.name : fileOf(job.manifest)}`);
    try {
      await options.during?.(fileOf(job.manifest));
      return job.kind === 'destroy' ? destroy(job.name) : await converge(job, task);
    } finally {
      atOnce -= 1;
    }
  };
  const destroy = (name: string): Ending => {
    if (options.isProtected?.includes(name) === true)
      return failedEnding({
        message: 'it would detach what is protected',
        status: ExitStatus.refused,
      });
    kernel.delete(name);
    return {
      plan: { name, detach: 1, unpin: 1 },
      operations: 2,
      error: undefined,
      out: '',
      err: '',
    };
  };
  const converge = async (
    { manifest: file, others }: Extract<Job, { kind: 'converge' }>,
    { follow, claim, signal }: Task,
  ): Promise<Ending> => {
    const found = watchedBy(file);
    if (found === undefined)
      return failedEnding({ message: `"${file}" is wrong`, status: ExitStatus.invalid });
    await follow(found);
    const names: FoundNames = [file, ...others].map((one) => [one, watchedBy(one)?.name]);
    const rivals = claim?.(names) ?? [];
    if (rivals.length > 0)
      return failedEnding({
        message: `rivals: ${rivals.map(fileOf).join(' ')}`,
        status: ExitStatus.refused,
      });
    const text = readFileSync(file, 'utf8');
    const [, status] = /# fails (\d+)/.exec(text) ?? [];
    if (signal.aborted) return failedEnding({ message: 'stopped', status: ExitStatus.failed });
    if (status !== undefined)
      return failedEnding({ message: 'as asked', status: Number(status) as ExitStatus });
    const attached = text.split('vfs_').length - 1;
    kernel.set(found.name, attached);
    const plan = { name: found.name, unchanged: 0 };
    return { plan, operations: 1, error: undefined, attached, out: '', err: '' };
  };
  const ended: string[] = [];
  const set = new WatchSet(operands, {
    work,
    observers: [
      {
        onFollow: (following) => followed.push(following),
        onEnded: (file, { error }, goesOn) => {
          ended.push(`${fileOf(file)}: ${error?.message ?? 'done'}${goesOn ? '' : ', the end'}`);
          wake();
        },
      },
    ],
    modules: () => [],
    hasBpffs: () => true,
    pinned: () => options.pinned ?? [],
    isForced: options.isForced ?? false,
    pollMs: options.pollMs,
    resyncMs: undefined,
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
  const has = (...names: readonly string[]): boolean =>
    [...kernel.keys()].toSorted().join(' ') === names.join(' ');
  const told = (message: string): readonly LogFields[] =>
    log.flatMap((entry) => (entry.message === message ? [entry.fields] : []));
  return {
    set,
    kernel,
    jobs,
    log,
    ended,
    followed,
    until,
    has,
    told,
    mostAtOnce: () => mostAtOnce,
  };
}

function fileOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function watchedBy(file: string): Named | undefined {
  try {
    return watched(file);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
