import { performance } from 'node:perf_hooks';
import { ExitStatus } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import type { Accident } from './folder-guard.ts';
import { accidentIn } from './folder-guard.ts';
import type { Held } from './holdings.ts';
import { Holdings } from './holdings.ts';
import type { After, InTurn } from './loop.ts';
import { Loop } from './loop.ts';
import { Retries } from './retries.ts';
import type { Listing } from './sources.ts';

export interface RemovalPorts {
  /** Detaches and unpins what is pinned under a name, elsewhere. */
  readonly destroy: (held: Held, signal: AbortSignal) => Promise<Ending>;
  readonly list: () => Promise<Listing>;
  /** Manifests that do not work as they are now: one of them may be to take the place of one that has gone. */
  readonly notWorking: () => readonly string[];
  /** Whether a manifest that is there has that name. */
  readonly isClaimed: (name: string) => boolean;
  readonly isForced: boolean;
  readonly log: Logger;
  readonly after: After;
  readonly inTurn: InTurn;
}

/** A file that is moved away and put back, or replaced by many calls, is not to cost what is attached. */
const quietMs = 1000;

/**
 * Destroys what manifests leave behind that were removed from their folder: a while after, when all others work, and unless it looks like
 * an accident.
 */
export class Removals {
  readonly holdings = new Holdings();
  readonly #ports: RemovalPorts;
  readonly #loop: Loop;
  readonly #retries: Retries;
  #isDue = false;
  /** What it waits for, as it was told last. */
  #waitsFor = '';

  constructor(ports: RemovalPorts) {
    this.#ports = ports;
    const { after, inTurn, log } = ports;
    this.#loop = new Loop({ run: (signal) => this.#run(signal), quietMs, after, inTurn });
    this.#retries = new Retries({ retry: () => this.#loop.requestNow(), log, after });
  }

  /** Manifests came or went: a while after the last did, those that have gone are looked at. */
  consider(): void {
    if (this.holdings.gone().length === 0) return;
    this.#isDue = true;
    this.#loop.request();
  }

  /** A convergence ended, which may be what it waits for; however many do, it is not put off. */
  reconsider(): void {
    if (!this.#isDue) this.consider();
  }

  stop(reason: Error): void {
    this.#retries.cancel();
    this.#loop.stop(reason);
  }

  get ended(): Promise<void> {
    return this.#loop.ended;
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#isDue = false;
    this.#retries.cancel();
    this.#forgetClaimed();
    const gone = await this.#stillGone();
    if (gone.length === 0 || this.#hasToWait(gone)) return;
    for (const folder of new Set(gone.map((held) => held.folder))) {
      const accident = accidentIn(folder, this.holdings.all());
      const ofFolder = gone.filter((held) => held.folder === folder);
      if (accident !== undefined && !this.#ports.isForced) this.#refuse(folder, ofFolder, accident);
      else await this.#destroy(ofFolder, signal); // oxlint-disable-line eslint/no-await-in-loop -- they share a lock
    }
  }

  /** A manifest that has the name now, from another file, owns it. */
  #forgetClaimed(): void {
    for (const held of this.holdings.gone()) {
      if (this.#ports.isClaimed(held.name)) this.holdings.forget(held);
    }
  }

  /** Of a folder that cannot be looked into nothing is known to be gone; what came back will be told. */
  async #stillGone(): Promise<readonly Held[]> {
    const { manifests, problems } = await this.#ports.list();
    const claims = new Set(manifests.map(({ file }) => file));
    return this.holdings
      .gone()
      .filter(({ folder, file }) => !problems.has(folder) && !this.#isBack(file, claims));
  }

  /** One that is there under another name left the old one behind. */
  #isBack(file: string, there: ReadonlySet<string>): boolean {
    const isHere = this.holdings.all().some((held) => held.file === file && held.state === 'here');
    return there.has(file) && !isHere;
  }

  #hasToWait(gone: readonly Held[]): boolean {
    const files = this.#ports.notWorking();
    const waitsFor = files.join(', ');
    if (waitsFor !== '' && waitsFor !== this.#waitsFor) {
      for (const { name, file } of gone) {
        this.#ports.log.warn('not destroyed yet: its place may be taken by what does not work', {
          name,
          manifest: file,
          failing: waitsFor,
          hint: `mend that, or "fentryctl destroy ${name}"`,
        });
      }
    }
    this.#waitsFor = waitsFor;
    return waitsFor !== '';
  }

  #refuse(folder: string, gone: readonly Held[], { lost, attached, isEmpty }: Accident): void {
    const names = gone.map(({ name }) => name);
    const what = isEmpty
      ? 'no manifest is left'
      : `${names.length} ${names.length === 1 ? 'manifest is' : 'manifests are'} gone`;
    this.#ports.log.error('refused: kept what is pinned', {
      names: names.join(' '),
      folder,
      error: `${what} in "${folder}": it would detach ${lost} of ${attached}`,
      hint: `if it is meant: "fentryctl destroy ${names.join(' ')}", or start the watch with --force; if not, put the files back`,
      status: ExitStatus.refused,
    });
    for (const held of gone) this.holdings.keep(held);
  }

  async #destroy(gone: readonly Held[], signal: AbortSignal): Promise<void> {
    for (const held of gone) {
      if (signal.aborted) return;
      const start = performance.now();
      const ending = await this.#ports.destroy(held, signal); // oxlint-disable-line eslint/no-await-in-loop -- one at a time
      this.#report(held, ending, Math.round(performance.now() - start));
    }
  }

  #report(held: Held, { plan, error }: Ending, ms: number): void {
    const { name, file: manifest } = held;
    const { log } = this.#ports;
    if (error === undefined) {
      this.holdings.forget(held);
      this.#retries.renew();
      const { detach, unpin } = plan ?? {};
      return log.info('destroyed', { manifest, name, detach, unpin, ms });
    }
    const { message, status } = error;
    if (!this.#retries.hasTold(error))
      log.error('not destroyed', { manifest, name, ms, error: message, status });
    if (!this.#retries.failed(error) && status === ExitStatus.refused) this.holdings.keep(held);
  }
}
