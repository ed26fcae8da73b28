import { ExitStatus, FailedError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import { Loop } from './loop.ts';
import { Members } from './members.ts';
import type { Job } from './messages.ts';
import type { Round, WatchObserver } from './observer.ts';
import { Removals } from './removals.ts';
import type { Listing, ManifestFile } from './sources.ts';
import { Sources } from './sources.ts';
import { tellFolders, tellOrphans } from './tell-folders.ts';
import { after, every } from './timers.ts';
import { Turns } from './turns.ts';
import { EntryWatch } from './watch-entries.ts';
import type { WatchPorts } from './watch.ts';
import type { Task } from './worker.ts';

/** Shorter than that of a watch, so that a manifest that is removed has been dropped before it converges without one. */
const quietMs = 20;

export interface WatchSetPorts extends Pick<
  WatchPorts,
  'modules' | 'hasBpffs' | 'pollMs' | 'resyncMs' | 'prepare'
> {
  /** Does one job, elsewhere. */
  readonly work: (job: Job, task: Task) => Promise<Ending>;
  readonly observers: readonly WatchObserver[];
  /** The names that there are pins of. */
  readonly pinned: () => readonly string[];
  /** Whether even what looks like an accident is destroyed. */
  readonly isForced: boolean;
  readonly log: Logger;
}

/**
 * Watches manifests, and folders of them: a manifest that is added to a folder converges, and what one leaves behind that is removed is
 * destroyed. Each has a watch of its own, and one convergence is in flight at a time. Where one manifest is all, it is a watch and
 * nothing else.
 */
export class WatchSet {
  readonly #ports: WatchSetPorts;
  readonly #sources: Sources;
  readonly #entries: EntryWatch;
  readonly #members: Members;
  readonly #removals: Removals;
  readonly #loop: Loop;
  readonly #ending = new Set<Promise<void>>();
  readonly #cancelResync: (() => void) | undefined;
  #listing: Listing = { manifests: [], folders: [], problems: new Map() };
  #isSet: boolean;
  #hasToldOrphans = false;
  #isStopped = false;
  #bug: { readonly error: unknown } | undefined;
  #exitStatus: ExitStatus = ExitStatus.done;

  constructor(operands: readonly string[], ports: WatchSetPorts) {
    const { log, pollMs, resyncMs, isForced } = ports;
    const turns = new Turns();
    this.#ports = ports;
    this.#isSet = operands.length > 1;
    this.#sources = new Sources(operands);
    this.#entries = new EntryWatch(
      {
        onChange: () => {
          ports.prepare?.();
          this.#loop.request();
        },
        onProblem: (directory, { message }) =>
          log.error('cannot watch', { directory, error: message }),
      },
      pollMs,
    );
    this.#members = new Members({
      ...ports,
      inTurn: turns.take,
      isSet: () => this.#isSet,
      onBegin: (manifest) => this.#tell((observer) => observer.onBegin?.(manifest)),
      onEnded: (...ended) => this.#onEnded(...ended),
      onEndedLate: (manifest, ending) => this.#onEndedLate(manifest, ending),
    });
    this.#removals = new Removals({
      destroy: async ({ file, name }, signal) => await this.#destroy(file, name, signal),
      list: async () => await this.#sources.list(),
      notWorking: () => this.#members.notWorking(),
      isClaimed: (name) => this.#members.names.isClaimed(name),
      inTurn: turns.take,
      isForced,
      log,
      after,
    });
    this.#loop = new Loop({ run: async () => await this.#list(), quietMs, after });
    const listNow = (): void => this.#loop.requestNow();
    this.#cancelResync = resyncMs === undefined ? undefined : every(resyncMs, listNow);
    this.#follow(this.#loop.ended);
    this.#follow(this.#removals.ended);
    this.#loop.requestNow();
  }

  /** Looks for manifests, and converges all, without waiting for a change. */
  converge(why: string): void {
    this.#ports.log.info('asked to converge', { why });
    this.#members.convergeAll();
    this.#loop.requestNow();
  }

  /** A convergence in flight is rolled back, unless it is done; then `end` returns. Again changes nothing. */
  stop(why: string): void {
    this.#ports.log.info('stopping', { why });
    this.#stopAll(why);
  }

  /** Waits until it was stopped and nothing is in flight; returns the exit status. Programs stay attached. */
  async end(): Promise<ExitStatus> {
    while (this.#ending.size > 0) await Promise.all(this.#ending); // oxlint-disable-line eslint/no-await-in-loop -- members come and go
    await this.#entries.close();
    if (this.#bug !== undefined) throw this.#bug.error;
    this.#ports.log.info('stopped', { status: this.#exitStatus });
    return this.#exitStatus;
  }

  async #list(): Promise<void> {
    await this.#entries.follow(this.#sources.folders); // before it is looked into: no later change is missed
    const listing = await this.#sources.list();
    if (this.#isStopped) return;
    const before = this.#listing;
    this.#listing = listing;
    this.#isSet ||= listing.folders.length > 0;
    const manifests = listing.manifests.map(({ file }) => file);
    const { folders, problems } = listing;
    tellFolders(this.#ports.log, before, listing);
    const gone = before.manifests.filter(({ file }) => !manifests.includes(file));
    for (const { file } of gone) this.#drop(file);
    this.#tell((observer) =>
      observer.onFollow?.({ manifests, folders, problems, isSet: this.#isSet }),
    );
    for (const manifest of listing.manifests) {
      const added = this.#members.add(manifest);
      if (added !== undefined)
        this.#follow(added.end().then((status) => this.#memberEnded(status)));
    }
    if (gone.length > 0) this.#removals.consider();
    else this.#removals.reconsider();
    this.#tellOrphans();
  }

  #drop(file: string): void {
    this.#members.drop(file);
    this.#removals.holdings.left(file);
  }

  #onEnded(manifest: ManifestFile, ending: Ending, goesOn: boolean, round: Round): void {
    this.#hold(manifest, ending);
    this.#tell((observer) => observer.onEnded?.(manifest.file, ending, goesOn, round));
    if (!goesOn) return this.#stopAll('the end of it');
    this.#removals.reconsider();
    this.#tellOrphans();
  }

  /** It was done just when its manifest was removed. */
  #onEndedLate(manifest: ManifestFile, ending: Ending): void {
    this.#hold(manifest, ending);
    this.#removals.holdings.left(manifest.file);
    this.#removals.consider();
  }

  #hold({ file, folder }: ManifestFile, { plan, error, attached = 0 }: Ending): void {
    const name = plan?.['name'];
    if (error !== undefined || folder === undefined || name === undefined) return;
    this.#removals.holdings.worked({ name: String(name), file, folder, attached });
  }

  async #destroy(manifest: string, name: string, signal: AbortSignal): Promise<Ending> {
    const follow = async (): Promise<void> => await Promise.resolve();
    const ending = await this.#ports.work({ kind: 'destroy', manifest, name }, { signal, follow });
    this.#tell((observer) => observer.onDestroyed?.(manifest, ending));
    return ending;
  }

  /** Once: what was pinned before, and may be of a manifest that was removed while nobody watched. */
  #tellOrphans(): void {
    const { manifests, folders, problems } = this.#listing;
    if (this.#hasToldOrphans || folders.length === 0 || problems.size > 0) return;
    const { names } = this.#members;
    if (!names.knowsAll(manifests.map(({ file }) => file))) return;
    this.#hasToldOrphans = true;
    tellOrphans(
      this.#ports.log,
      this.#ports.pinned().filter((name) => !names.isClaimed(name)),
    );
  }

  #memberEnded(status: ExitStatus): void {
    if (status !== ExitStatus.done) this.#exitStatus = status;
  }

  /** What rejects is a bug, and ends all. */
  #follow(ended: Promise<unknown>): void {
    const settled = ended
      .then(
        () => undefined,
        (error: unknown) => {
          this.#bug ??= { error };
          this.#stopAll('a bug');
        },
      )
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }

  #stopAll(why: string): void {
    this.#isStopped = true;
    this.#cancelResync?.();
    const reason = new FailedError(`stopped by ${why}`);
    this.#loop.stop(reason);
    this.#removals.stop(reason);
    this.#members.stop(why);
  }

  #tell(say: (observer: WatchObserver) => void): void {
    for (const observer of this.#ports.observers) say(observer);
  }
}
