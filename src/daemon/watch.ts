import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { AppError, ExitStatus, FailedError } from '../base/errors.ts';
import type { LogFields, Logger } from '../base/logger.ts';
import type { Convergence } from '../converge.ts';
import { countOperations } from '../plan/plan.ts';
import { Loop } from './loop.ts';
import { FileWatch } from './watch-files.ts';
import { ModuleWatch } from './watch-modules.ts';
import type { ModuleChange } from './watch-modules.ts';
import type { Watched } from './watched.ts';
import { watched } from './watched.ts';

/** Long enough for an editor's two or three system calls, too short to be noticed. */
const quietMs = 50;

export interface WatchPorts {
  /** Converges once; a signal that aborts makes it end early, rolled back. */
  readonly converge: (signal: AbortSignal) => Promise<Convergence>;
  /** Told how each convergence ended. */
  readonly onConverged: (convergence: Convergence) => void;
  /** Told of each that did not come so far that there was something to carry out. */
  readonly onError: (error: unknown) => void;
  /** Names of the modules whose functions the kernel knows. */
  readonly modules: () => readonly string[];
  readonly log: Logger;
}

/**
 * Converges at once, and again on every change of the manifest or one of its object files, until it is stopped.
 * What is wrong with an edit is told and changes nothing. Only if it never worked, and no edit can help (no
 * privilege, unsupported kernel), it ends by itself.
 */
export class Watch {
  readonly #manifest: string;
  readonly #ports: WatchPorts;
  readonly #files: FileWatch;
  readonly #modules: ModuleWatch;
  readonly #loop: Loop;
  readonly #changed = new Set<string>();
  #followed: Watched = { files: [], modules: [] };
  #hasWorked = false;
  /** Whether the kernel is as the files say, as far as known. */
  #isInStep = false;
  #exitStatus: ExitStatus = ExitStatus.done;

  constructor(manifest: string, ports: WatchPorts) {
    const { log } = ports;
    this.#manifest = manifest;
    this.#ports = ports;
    this.#files = new FileWatch({
      onChange: (file) => this.#onChange(file),
      onProblem: (directory, { message }) =>
        log.error('cannot watch', { directory, error: message }),
    });
    this.#modules = new ModuleWatch({
      modules: ports.modules,
      onChange: (change) => this.#onModules(change),
      every,
    });
    this.#loop = new Loop({ run: (signal) => this.#run(signal), quietMs, after });
    this.#loop.requestNow();
  }

  /** Converges without waiting for a change. */
  converge(why: string): void {
    this.#ports.log.info('asked to converge', { why });
    this.#loop.requestNow();
  }

  /** A convergence in flight is rolled back, unless it is done; then `end` returns. Again changes nothing. */
  stop(why: string): void {
    this.#ports.log.info('stopping', { why });
    this.#loop.stop(new FailedError(`stopped by ${why}`));
  }

  /** Waits until it was stopped and nothing is in flight; returns the exit status. Programs stay attached. */
  async end(): Promise<ExitStatus> {
    try {
      await this.#loop.ended;
    } finally {
      this.#modules.close();
      await this.#files.close();
    }
    this.#ports.log.info('stopped', { status: this.#exitStatus });
    return this.#exitStatus;
  }

  #onChange(file: string): void {
    this.#changed.add(file);
    this.#loop.request();
  }

  #onModules({ loaded, unloaded }: ModuleChange): void {
    for (const module of loaded) this.#ports.log.info('module loaded', { module });
    for (const module of unloaded) this.#ports.log.info('module unloaded', { module });
    this.#loop.requestNow();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (const file of this.#changed) this.#ports.log.info('changed', { file });
    this.#changed.clear();
    await this.#follow(); // before the files are read, so that no later change is missed
    if (signal.aborted) return;
    const start = performance.now();
    try {
      const convergence = await this.#ports.converge(signal);
      this.#report(convergence, Math.round(performance.now() - start));
      this.#ports.onConverged(convergence);
    } catch (error) {
      this.#fail(error);
      this.#ports.onError(error);
    }
    if (!signal.aborted && !this.#isInStep) this.#ports.log.info('waiting for a change');
  }

  /** A manifest that cannot be understood names nothing: what it named before stays watched. */
  async #follow(): Promise<void> {
    const before = this.#followed;
    const { files, modules } = orElse(() => watched(this.#manifest), {
      ...before,
      files: [path.resolve(this.#manifest), ...before.files],
    });
    await this.#files.follow(files);
    this.#modules.follow(modules);
    for (const file of without(files, before.files)) this.#ports.log.info('watching', { file });
    for (const file of without(before.files, files))
      this.#ports.log.info('no longer watching', { file });
    for (const module of without(modules, before.modules))
      this.#ports.log.info('watching', { module });
    this.#followed = { files: [...new Set(files)], modules };
  }

  #report({ plan, report }: Convergence, ms: number): void {
    const { name, unchanged } = plan;
    if (report.error !== undefined) return this.#fail(report.error, { name, ms });
    this.#hasWorked = true;
    this.#isInStep = true;
    if (plan.operations.length === 0)
      return this.#ports.log.info('unchanged', { name, unchanged, ms });
    const { exchange, pause, protect, ...counts } = countOperations(plan.operations);
    const rare = Object.entries({ exchange, pause, protect }).filter(([, count]) => count > 0);
    const fields = { name, ...counts, ...Object.fromEntries(rare), unchanged, ms };
    this.#ports.log.info('converged', fields);
  }

  #fail(error: unknown, fields: LogFields = {}): void {
    this.#isInStep = false;
    const status = error instanceof AppError ? error.exitStatus : ExitStatus.bug;
    const message = error instanceof Error ? error.message : String(error);
    this.#ports.log.error('failed', { ...fields, error: message, status });
    if (this.#hasWorked || !hopeless.has(status)) return;
    this.#exitStatus = status;
    this.#loop.stop(new FailedError('it cannot work'));
  }
}

/** No edit of a manifest cures these. */
const hopeless: ReadonlySet<ExitStatus> = new Set([
  ExitStatus.unsupported,
  ExitStatus.noPrivilege,
  ExitStatus.bug,
]);

function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

function every(milliseconds: number, callback: () => void): () => void {
  const timer = setInterval(callback, milliseconds);
  return () => clearInterval(timer);
}

function orElse<T>(compute: () => T, otherwise: T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof AppError) return otherwise; // the convergence will say what is wrong
    throw error;
  }
}

function without(files: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set(files)].filter((file) => !others.includes(file));
}
