import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { ExitStatus, FailedError } from '../base/errors.ts';
import type { LogField, Logger } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import type { InTurn } from './loop.ts';
import { Loop } from './loop.ts';
import { RepairPace } from './repair-pace.ts';
import { Retries } from './retries.ts';
import type { Round } from './observer.ts';
import { isDrift } from './pin-tree.ts';
import { tellDrift } from './tell-drift.ts';
import { after, every } from './timers.ts';
import { FileWatch } from './watch-files.ts';
import { ModuleWatch } from './watch-modules.ts';
import type { ModuleChange } from './watch-modules.ts';
import { PinWatch } from './watch-pins.ts';
import type { Watched } from './watched.ts';
import type { Task } from './worker.ts';

/** Long enough for an editor's two or three system calls, too short to be noticed. */
const quietMs = 50;

/** Between two looks whether there is a BPF file system again: the kernel tells nobody of a mount. */
const mountMs = 1000;

export interface WatchPorts {
  /** Converges once, elsewhere. */
  readonly converge: (task: Task) => Promise<Ending>;
  /** Told that it will converge soon. */
  readonly prepare?: (() => void) | undefined;
  /** Told that one begins: it finds all that was written or asked for until now. */
  readonly onBegin: () => void;
  /** Told how each convergence ended, and whether the watch goes on. */
  readonly onEnded: (ending: Ending, goesOn: boolean, round: Round) => void;
  /** Names of the modules whose functions the kernel knows. */
  readonly modules: () => readonly string[];
  readonly log: Logger;
  /** Also looks at the files each so many milliseconds, where changes are not told. */
  readonly pollMs?: number | undefined;
  /** Also converges each so many milliseconds. */
  readonly resyncMs?: number | undefined;
  /** Whether there is a BPF file system where the pins belong, and only one. */
  readonly hasBpffs: () => boolean;
  /** Where others converge too: when it may. */
  readonly inTurn?: InTurn | undefined;
  /** Asked when what no edit cures stands against it: whether there are others that it may go on for. */
  readonly hasHope?: (() => boolean) | undefined;
}

/**
 * Converges at once, and again on every change of the manifest, one of its object files or what is pinned, until it is stopped.
 * What is wrong with an edit is told and changes nothing. Only if it never worked, and no edit can help (no
 * privilege, unsupported kernel), nor another manifest works, it ends by itself.
 */
export class Watch {
  readonly #manifest: string;
  readonly #ports: WatchPorts;
  readonly #files: FileWatch;
  readonly #modules: ModuleWatch;
  readonly #pins: PinWatch;
  readonly #pace = new RepairPace();
  readonly #retries: Retries;
  readonly #loop: Loop;
  readonly #changed = new Set<string>();
  #watched: Watched = { files: [], modules: [] };
  #hasWorked = false;
  /** Whether the kernel is as the files say, as far as known. */
  #isInStep = false;
  /** Whether nothing but the time asked for the next convergence. */
  #isResync = false;
  #cancelMount: () => void = nothing;
  #cancelRepair: () => void = nothing;
  readonly #cancelResync: () => void;
  #exitStatus: ExitStatus = ExitStatus.done;
  #isLeft = false;

  constructor(manifest: string, ports: WatchPorts) {
    const { log, pollMs, resyncMs, inTurn } = ports;
    this.#manifest = manifest;
    this.#ports = ports;
    const onProblem = (directory: string, { message }: Error): void =>
      log.error('cannot watch', { directory, error: message });
    this.#files = new FileWatch({ onChange: (file) => this.#onChange(file), onProblem }, pollMs);
    this.#modules = new ModuleWatch({
      modules: ports.modules,
      onChange: (change) => this.#onModules(change),
      every,
    });
    this.#pins = new PinWatch({ onDrift: () => this.#onDrift(), onProblem, quietMs, after });
    const retry = (): void => this.#loop.requestNow();
    this.#retries = new Retries({ retry, log: ports.log, after });
    this.#cancelResync = resyncMs === undefined ? nothing : every(resyncMs, () => this.#resync());
    this.#loop = new Loop({ run: (signal) => this.#run(signal), quietMs, after, inTurn });
    this.#loop.requestNow();
  }

  /** Converges without waiting for a change. */
  converge(): void {
    this.#retries.renew();
    this.#loop.requestNow();
  }

  /** A convergence in flight is rolled back, unless it is done; then `end` returns. Again changes nothing. */
  stop(why: string): void {
    this.#retries.cancel();
    this.#cancelMount();
    this.#cancelRepair();
    this.#loop.stop(new FailedError(`stopped by ${why}`));
  }

  /** Its manifest has gone from its folder, which is no failure: stops, and has nothing more to say. */
  leave(): void {
    this.#isLeft = true;
    this.stop('the removal of its manifest');
  }

  /** Waits until it was stopped and nothing is in flight; returns the exit status. Programs stay attached. */
  async end(): Promise<ExitStatus> {
    try {
      await this.#loop.ended;
    } finally {
      this.#cancelResync();
      this.#modules.close();
      this.#pins.close();
      await this.#files.close();
    }
    return this.#exitStatus;
  }

  #onChange(file: string): void {
    this.#changed.add(file);
    this.#retries.renew();
    this.#ports.prepare?.();
    this.#loop.request();
  }

  #onModules({ loaded, unloaded }: ModuleChange): void {
    this.#retries.renew();
    for (const module of loaded) this.#ports.log.info('module loaded', { module });
    for (const module of unloaded) this.#ports.log.info('module unloaded', { module });
    this.#loop.requestNow();
  }

  /** At once, but not again and again against somebody who undoes it. */
  #onDrift(): void {
    const ms = Math.round(this.#pace.delay(performance.now()));
    if (ms > 0) this.#ports.log.warn('repaired too often: waiting', { ms });
    this.#cancelRepair();
    this.#cancelRepair = after(ms, () => this.#loop.requestNow());
  }

  #resync(): void {
    this.#isResync = true;
    this.#loop.requestNow();
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#retries.cancel();
    this.#cancelMount();
    this.#ports.onBegin();
    this.#cancelRepair();
    const drift = this.#pins.pause();
    tellDrift(this.#ports.log, drift);
    const isQuiet = this.#isResync && this.#changed.size === 0 && !isDrift(drift);
    this.#isResync = false;
    for (const file of this.#changed) this.#ports.log.info('changed', { file });
    this.#changed.clear();
    const { files, modules } = this.#watched;
    await this.#follow({ files: [path.resolve(this.#manifest), ...files], modules }); // before it is looked into: no later change is missed
    if (signal.aborted) return;
    const start = performance.now();
    const follow = async (wanted: Watched): Promise<void> => await this.#follow(wanted);
    const ending = await this.#ports.converge({ signal, follow });
    const ms = Math.round(performance.now() - start);
    const foundDrift = isDrift(drift) || (isQuiet && this.#isInStep);
    const { error } = ending;
    const isRepeat = error !== undefined && this.#retries.hasTold(error);
    const round = { ms, foundDrift, isRepeat };
    if (this.#isLeft) return this.#ports.onEnded(ending, false, round);
    this.#pins.settle(ending.pinned);
    this.#report(ending, round, isQuiet);
    this.#ports.onEnded(ending, !signal.aborted, round);
    if (error === undefined) return this.#retries.renew();
    if (signal.aborted || this.#retries.failed(error)) return;
    this.#ports.log.info('waiting for a change');
  }

  /** A manifest that cannot be understood names nothing: what it named before stays watched. */
  async #follow({ files, modules }: Watched): Promise<void> {
    const before = this.#watched;
    await this.#files.follow(files);
    this.#modules.follow(modules);
    for (const file of without(files, before.files)) this.#ports.log.info('watching', { file });
    for (const file of without(before.files, files))
      this.#ports.log.info('no longer watching', { file });
    for (const module of without(modules, before.modules))
      this.#ports.log.info('watching', { module });
    this.#watched = { files: [...new Set(files)], modules };
  }

  /** A resync that finds all as it should be is not worth a line. */
  #report({ plan, operations, error }: Ending, round: Round, isQuiet: boolean): void {
    if (error !== undefined) return this.#fail(error, plan?.['name'], round);
    const { ms } = round;
    this.#hasWorked = true;
    const wasInStep = this.#isInStep;
    this.#isInStep = true;
    const { name, unchanged, ...counts } = plan ?? {};
    const log = this.#ports.log;
    if (operations === 0 && isQuiet && wasInStep) return;
    if (operations === 0) log.info('unchanged', { name, unchanged, ms });
    else log.info('converged', { name, ...counts, unchanged, ms });
  }

  /** It was unmounted: all links are gone, and come back once there is one again. */
  #awaitBpffs(): void {
    this.#cancelMount = after(mountMs, () => {
      if (!this.#ports.hasBpffs()) return this.#awaitBpffs();
      this.#ports.log.info('the BPF file system is there again');
      this.#loop.requestNow();
    });
  }

  #fail(
    { message, status }: NonNullable<Ending['error']>,
    name: LogField | undefined,
    { ms, isRepeat }: Round,
  ): void {
    this.#isInStep = false;
    if (!isRepeat) this.#ports.log.error('failed', { name, ms, error: message, status });
    if (this.#hasWorked && !this.#ports.hasBpffs()) this.#awaitBpffs();
    if (this.#hasWorked || !hopeless.has(status)) return;
    if (this.#ports.hasHope?.() === true) return;
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

function without(files: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set(files)].filter((file) => !others.includes(file));
}

function nothing(): void {}
