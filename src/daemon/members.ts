import type { Logger } from '../base/logger.ts';
import { withFields } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import type { InTurn } from './loop.ts';
import type { FoundNames, Job } from './messages.ts';
import { Names } from './names.ts';
import type { Round } from './observer.ts';
import type { ManifestFile } from './sources.ts';
import type { WatchPorts } from './watch.ts';
import { Watch } from './watch.ts';
import type { Task } from './worker.ts';

export interface MembersPorts extends Pick<
  WatchPorts,
  'modules' | 'hasBpffs' | 'pollMs' | 'resyncMs' | 'prepare'
> {
  readonly work: (job: Job, task: Task) => Promise<Ending>;
  readonly inTurn: InTurn;
  /** Whether there may be several. */
  readonly isSet: () => boolean;
  readonly onBegin: (manifest: string) => void;
  readonly onEnded: (manifest: ManifestFile, ending: Ending, goesOn: boolean, round: Round) => void;
  /** Of one that was dropped while it converged. */
  readonly onEndedLate: (manifest: ManifestFile, ending: Ending) => void;
  readonly log: Logger;
}

interface Member {
  readonly watch: Watch;
  /** How its last convergence ended. */
  standing: 'unknown' | 'works' | 'fails' | 'hopeless';
  /** Those that claimed its name when it asked for it. */
  rivals: string;
}

/** The watches of a set, one for each manifest. They know of each other what names they claim, and whether any ever worked. */
export class Members {
  readonly names = new Names();
  readonly #ports: MembersPorts;
  readonly #byFile = new Map<string, Member>();
  #hasWorked = false;

  constructor(ports: MembersPorts) {
    this.#ports = ports;
  }

  /** Begins to watch it; `undefined` if it does already. */
  add(manifest: ManifestFile): Watch | undefined {
    const { file } = manifest;
    if (this.#byFile.has(file)) return undefined;
    const { modules, hasBpffs, pollMs, resyncMs, prepare, inTurn, isSet, log } = this.#ports;
    const isMine = (): boolean => this.#byFile.get(file) === member;
    const watch = new Watch(file, {
      converge: async (task) => await this.#converge(file, task, isMine),
      onBegin: () => {
        if (member.standing === 'hopeless') member.standing = 'unknown';
        this.#ports.onBegin(file);
      },
      onEnded: (ending, goesOn, round) => {
        if (!isMine()) return this.#ports.onEndedLate(manifest, ending);
        this.#noteEnding(member, ending);
        this.#ports.onEnded(manifest, ending, goesOn, round);
      },
      hasHope: () => !isMine() || this.#hasHope(member),
      log: isSet() ? withFields(log, { manifest: file }) : log,
      modules,
      hasBpffs,
      pollMs,
      resyncMs,
      prepare,
      inTurn,
    });
    const member: Member = { watch, standing: 'unknown', rivals: '' };
    this.#byFile.set(file, member);
    return watch;
  }

  /** Its convergence in flight is rolled back; what it claimed is free. */
  drop(file: string): void {
    const dropped = this.#byFile.get(file);
    this.#byFile.delete(file);
    this.names.forget(file);
    dropped?.watch.leave();
    this.#wakeRivals(undefined);
  }

  convergeAll(): void {
    for (const { watch } of this.#byFile.values()) watch.converge();
  }

  stop(why: string): void {
    for (const { watch } of this.#byFile.values()) watch.stop(why);
  }

  /** Those that failed, or have not ended once. */
  notWorking(): readonly string[] {
    const found = [...this.#byFile].filter(([, { standing }]) => standing !== 'works');
    return found.map(([file]) => file);
  }

  async #converge(file: string, task: Task, isMine: () => boolean): Promise<Ending> {
    const others = [...this.#byFile.keys()].filter(
      (one) => one !== file && !this.names.hasLookedAt(one),
    );
    const claim = (found: FoundNames): readonly string[] =>
      isMine() ? this.#claim(file, found) : [];
    const isOneOfMany = this.#ports.isSet();
    const job: Job = { kind: 'converge', manifest: file, others, isOneOfMany };
    const ending = await this.#ports.work(job, { ...task, claim });
    if (isMine()) this.names.learn(file, undefined);
    return ending;
  }

  /** Two that claim one name are both refused: whichever came first now would be another one after the next start. */
  #claim(file: string, found: FoundNames): readonly string[] {
    for (const [one, name] of found) if (this.#byFile.has(one)) this.names.learn(one, name);
    const rivals = this.names.rivalsOf(file);
    const member = this.#byFile.get(file);
    if (member !== undefined) member.rivals = rivals.join('\n');
    this.#wakeRivals(file);
    return rivals;
  }

  /** Those that were told otherwise converge again: to be refused, or because they are no longer. */
  #wakeRivals(except: string | undefined): void {
    for (const [file, member] of this.#byFile) {
      const rivals = this.names.rivalsOf(file).join('\n');
      if (file === except || member.rivals === rivals) continue;
      member.rivals = rivals;
      member.watch.converge();
    }
  }

  #noteEnding(member: Member, { error }: Ending): void {
    if (error === undefined) member.standing = 'works';
    else if (member.standing !== 'hopeless') member.standing = 'fails';
    this.#hasWorked ||= error === undefined;
  }

  /** What no edit cures ends the set only if it is so for all, and none ever worked. */
  #hasHope(member: Member): boolean {
    member.standing = 'hopeless';
    return (
      this.#hasWorked || [...this.#byFile.values()].some(({ standing }) => standing !== 'hopeless')
    );
  }
}
