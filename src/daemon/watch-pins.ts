import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { After } from './loop.ts';
import type { Drift, PinDirectory } from './pin-tree.ts';
import { driftBetween, isDrift, readPinTree } from './pin-tree.ts';

export interface PinWatchPorts {
  /** The pins are others than they were when they settled. Not told while it is paused. */
  readonly onDrift: () => void;
  readonly onProblem: (directory: string, error: Error) => void;
  /** How long it must be quiet before it looks what has become of them. */
  readonly quietMs: number;
  readonly after: After;
}

/** What was pinned when a convergence ended well. */
export interface Settled {
  /** The manifest's, in bpffs. */
  readonly directory: string;
  /** All pins and notes below it. */
  readonly pins: readonly string[];
  /** It found all as it should be, and left it so. */
  readonly isUnchanged: boolean;
}

interface Opened {
  readonly inode: bigint;
  readonly watcher: FSWatcher | undefined;
}

/**
 * Tells when pins are removed, added or replaced by others than ourselves: bpffs tells inotify, of an unmount too. It does not tell
 * when another file system is mounted over it, nor what changes inside a map.
 */
export class PinWatch {
  readonly #ports: PinWatchPorts;
  readonly #open = new Map<string, Opened>();
  #directory: string | undefined;
  #pins: ReadonlyMap<string, bigint> = new Map();
  #isPaused = false;
  /** Without watches left, all of a thousand directories fail alike. */
  #hasProblem = false;
  #cancelTimer: () => void = nothing;

  constructor(ports: PinWatchPorts) {
    this.#ports = ports;
  }

  /** Until `settle`, the changes are our own. Returns what was changed by others before. */
  pause(): Drift {
    this.#isPaused = true;
    this.#cancelTimer();
    const now = this.#read(() => undefined);
    const drift = driftBetween(this.#pins, now);
    this.#pins = now;
    return drift;
  }

  /** From now on every change is somebody else's, as is what differs already. Without an argument, all is as it is to be. */
  settle(settled?: Settled): void {
    const isKnown = settled?.isUnchanged === true && settled.directory === this.#directory;
    const before = this.#pins;
    this.#directory = settled?.directory ?? this.#directory;
    this.#isPaused = false;
    const found = this.#watchAll();
    this.#pins = isKnown ? before : inodesOf(settled?.pins ?? [...found.keys()], found);
    if (isDrift(driftBetween(this.#pins, found))) this.#ports.onDrift();
  }

  close(): void {
    this.#isPaused = true;
    this.#cancelTimer();
    for (const { watcher } of this.#open.values()) watcher?.close();
    this.#open.clear();
  }

  #watchAll(): ReadonlyMap<string, bigint> {
    const seen = new Set<string>();
    this.#hasProblem = false;
    const pins = this.#read((directory) => {
      seen.add(directory.path);
      this.#watch(directory);
    });
    for (const [directory, { watcher }] of this.#open) {
      if (seen.has(directory)) continue;
      watcher?.close();
      this.#open.delete(directory);
    }
    return pins;
  }

  #read(beforeReading: (directory: PinDirectory) => void): ReadonlyMap<string, bigint> {
    return this.#directory === undefined ? new Map() : readPinTree(this.#directory, beforeReading);
  }

  /** A watch stays with its directory: another one at the same path needs another. */
  #watch({ path, inode }: PinDirectory): void {
    const opened = this.#open.get(path);
    if (opened?.inode === inode && opened.watcher !== undefined) return;
    opened?.watcher?.close();
    this.#open.set(path, { inode, watcher: this.#start(path) });
  }

  #start(directory: string): FSWatcher | undefined {
    const fail = (error: unknown): void => {
      const { onProblem } = this.#ports;
      const isFirst = !this.#hasProblem;
      this.#hasProblem = true;
      if (isFirst) onProblem(directory, error instanceof Error ? error : new Error(String(error)));
    };
    try {
      return watch(directory, () => this.#suspect()).on('error', fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  #suspect(): void {
    if (this.#isPaused) return;
    const { after, quietMs } = this.#ports;
    this.#cancelTimer();
    this.#cancelTimer = after(quietMs, () => {
      const now = this.#read(() => undefined);
      if (isDrift(driftBetween(this.#pins, now))) this.#ports.onDrift();
    });
  }
}

/** Names are all that a convergence tells of its pins: those that are there are taken for its own. */
function inodesOf(
  pins: readonly string[],
  found: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> {
  return new Map(pins.map((pin) => [pin, found.get(pin) ?? 0n]));
}

function nothing(): void {}
