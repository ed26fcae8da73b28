import process from 'node:process';
import type { Logger } from '../base/logger.ts';
import type { Ending } from './ending.ts';
import {
  aliveMessage,
  readyMessage,
  reloadingMessage,
  statusMessage,
  stoppingMessage,
} from './sd-notify.ts';

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
}

/** `setTimeout(3)` of Node knows no more. */
const longestTimer = 2 ** 31 - 1;

/**
 * Tells the service manager how the watch stands. Ready is a watch whose first convergence has ended, well or not: it goes on
 * either way, and the status line says which. Messages that cannot be sent are logged, the first in a row.
 */
export class ServiceManager implements Disposable {
  readonly #ports: ServiceManagerPorts;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #state: 'starting' | 'ready' | 'stopping' = 'starting';
  /** What was asked for is not done before a convergence ends that began afterwards. */
  #reload: 'none' | 'asked' | 'begun' = 'none';
  #isDeaf = false;

  constructor(ports: ServiceManagerPorts) {
    this.#ports = ports;
    const { watchdogMs } = ports;
    if (watchdogMs === undefined) return;
    const pause = Math.min(watchdogMs / 2, longestTimer);
    this.#watchdog = setInterval(() => this.#send(aliveMessage), pause).unref();
  }

  /** Somebody asked for a convergence. */
  reloads(): void {
    if (this.#state !== 'ready') return;
    this.#reload = 'asked';
    this.#send(reloadingMessage(process.hrtime.bigint() / 1000n)); // CLOCK_MONOTONIC (libuv, uv_hrtime)
  }

  /** A convergence begins. */
  begins(): void {
    if (this.#reload === 'asked') this.#reload = 'begun';
  }

  /** A convergence has ended; a watch that does not go on is not ready. */
  ended(ending: Ending, goesOn: boolean): void {
    if (this.#state === 'stopping') return;
    if (!goesOn) return this.#send(statusMessage(ending));
    const isReady = this.#state === 'starting' || this.#reload === 'begun';
    this.#send(isReady ? readyMessage(ending) : statusMessage(ending));
    this.#state = 'ready';
    if (this.#reload === 'begun') this.#reload = 'none';
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
