import process from 'node:process';
import type { Logger } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import type { Following, WatchObserver } from './observer.ts';
import {
  aliveMessage,
  extendMessage,
  readyMessage,
  reloadingMessage,
  statusMessage,
  stoppingMessage,
} from './sd-notify.ts';
import type { Standing } from './standing.ts';
import { statusOf, statusOfSet } from './standing.ts';

/** What a service manager says to those that it starts (sd_notify(3), sd_watchdog_enabled(3)). */
export interface ServiceEnvironment {
  /** Of the socket that it listens on. */
  readonly address: string;
  /** It wants to hear of us in any such time; `undefined` where it does not. */
  readonly watchdogMs: number | undefined;
}

/**
 * Taken out of the environment, so that no process that we start takes it for meant for itself; `undefined` where
 * nobody listens.
 */
export function serviceEnvironment(
  environment: NodeJS.ProcessEnv,
  pid: number,
): ServiceEnvironment | undefined {
  const {
    NOTIFY_SOCKET: address = '',
    WATCHDOG_USEC: usec = '',
    WATCHDOG_PID: whose = '',
  } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  if (address === '') return undefined;
  const isOurs = whose === '' || whose === String(pid);
  const watchdogMs = isOurs && /^[1-9]\d{0,15}$/.test(usec) ? Number(usec) / 1000 : undefined;
  return { address, watchdogMs };
}

export interface ServiceManagerPorts {
  /** Sends one message; throws when that cannot be. */
  readonly send: (text: string) => void;
  readonly log: Logger;
  /** As in `ServiceEnvironment`. */
  readonly watchdogMs: number | undefined;
  /** How long one convergence may take, all in all. */
  readonly convergenceMs: number;
}

interface Followed extends Standing {
  /** What was asked for is not done before a convergence ends that began afterwards. */
  due: 'asked' | 'begun' | 'done';
  ending: Ending | undefined;
  attached: number;
}

/** `setTimeout(3)` of Node knows no more. */
const longestTimer = 2 ** 31 - 1;

/**
 * Tells the service manager how the watch stands. Ready is a watch when the first convergence of each manifest has ended, well or
 * not: it goes on either way, and the status line says which. Messages that cannot be sent are logged, the first in a row.
 */
export class ServiceManager implements Disposable, WatchObserver {
  readonly #ports: ServiceManagerPorts;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #state: 'starting' | 'ready' | 'reloading' | 'stopping' = 'starting';
  /** What there is to follow has been looked up since the start, or the last reload. */
  #isListed = false;
  #following: Following | undefined;
  #manifests: ReadonlyMap<string, Followed> = new Map();
  #isDeaf = false;

  constructor(ports: ServiceManagerPorts) {
    this.#ports = ports;
    const { watchdogMs } = ports;
    if (watchdogMs === undefined) return;
    const pause = Math.min(watchdogMs / 2, longestTimer);
    this.#watchdog = setInterval(() => this.#send(aliveMessage), pause).unref();
  }

  /** Somebody asked for a convergence: it is over when each manifest has converged anew. */
  reloads(): void {
    if (this.#state !== 'ready' && this.#state !== 'reloading') return;
    this.#state = 'reloading';
    this.#isListed = false;
    for (const followed of this.#manifests.values()) followed.due = 'asked';
    this.#send(reloadingMessage(process.hrtime.bigint() / 1000n)); // CLOCK_MONOTONIC (libuv, uv_hrtime)
  }

  onFollow(following: Following): void {
    const before = this.#following;
    this.#following = following;
    this.#isListed = true;
    const fresh = (): Followed => ({ due: 'asked', ending: undefined, attached: 0 });
    this.#manifests = new Map(
      following.manifests.map((manifest) => [manifest, this.#manifests.get(manifest) ?? fresh()]),
    );
    const isNews = before !== undefined && !isSame(before, following);
    if (this.#state === 'stopping') return;
    if (this.#isOver() || (isNews && this.#state !== 'starting')) this.#sendStatus();
  }

  onBegin(manifest: string): void {
    const followed = this.#manifests.get(manifest);
    if (followed?.due === 'asked') followed.due = 'begun';
    const isWaitedFor = this.#state === 'starting' || this.#state === 'reloading';
    if (isWaitedFor && this.#following?.isSet === true)
      this.#send(extendMessage(this.#ports.convergenceMs));
  }

  /** A watch that does not go on is not ready. */
  onEnded(manifest: string, ending: Ending, goesOn: boolean): void {
    const followed = this.#manifests.get(manifest);
    if (followed === undefined || this.#state === 'stopping') return;
    followed.ending = ending;
    followed.attached = ending.attached ?? followed.attached;
    if (!goesOn) return this.#send(statusMessage(this.#status()));
    if (followed.due === 'begun') followed.due = 'done'; // what was read earlier may be older
    this.#sendStatus();
  }

  /** The watch is about to end; it stays alive until it has. Again says nothing. */
  stopping(): void {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    this.#send(stoppingMessage);
  }

  /** Says nothing any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#watchdog);
  }

  /** Whether all that is due since the start, or a reload, is done. */
  #isOver(): boolean {
    if (this.#state !== 'starting' && this.#state !== 'reloading') return false;
    return this.#isListed && [...this.#manifests.values()].every(({ due }) => due === 'done');
  }

  #sendStatus(): void {
    const isOver = this.#isOver();
    if (isOver) this.#state = 'ready';
    this.#send(isOver ? readyMessage(this.#status()) : statusMessage(this.#status()));
  }

  #status(): string {
    const { isSet = false, folders = [], problems = new Map() } = this.#following ?? {};
    const [first] = this.#manifests.values();
    if (!isSet && first?.ending !== undefined) return statusOf(first.ending);
    return statusOfSet({ folders, problems }, this.#manifests);
  }

  #send(text: string): void {
    try {
      this.#ports.send(text);
      this.#isDeaf = false;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#isDeaf)
        this.#ports.log.warn('cannot tell the service manager', { error: message });
      this.#isDeaf = true;
    }
  }
}

function isSame(before: Following, now: Following): boolean {
  const textOf = ({ manifests, folders, problems }: Following): string =>
    JSON.stringify([manifests, folders, [...problems]]);
  return textOf(before) === textOf(now);
}
