import { functionTest } from '../state/glob.ts';

/** Calls back again and again after so many milliseconds; returns what ends that. */
export type Every = (milliseconds: number, callback: () => void) => () => void;

export interface ModuleWatchPorts {
  /** Names of the modules whose functions the kernel knows. */
  readonly modules: () => readonly string[];
  readonly onChange: (change: ModuleChange) => void;
  readonly every: Every;
}

export interface ModuleChange {
  readonly loaded: readonly string[];
  readonly unloaded: readonly string[];
}

/** Four looks a second: what waits for a module is to be attached within one. A look is one read of a directory. */
const pauseMs = 250;

/**
 * Tells when modules come and go. It has to look: the kernel makes the files in /sys/kernel/btf without telling inotify
 * (fs/kernfs/dir.c), and leaves the time of the directory as it was. Nobody looks while nothing is followed.
 */
export class ModuleWatch {
  readonly #ports: ModuleWatchPorts;
  #globs: readonly string[] = [];
  #seen: readonly string[] = [];
  #stop: (() => void) | undefined;

  constructor(ports: ModuleWatchPorts) {
    this.#ports = ports;
  }

  /** From now on these, each a name or a glob, and no others. */
  follow(globs: readonly string[]): void {
    if (globs.length === this.#globs.length && globs.every((glob) => this.#globs.includes(glob))) {
      return;
    }
    this.close();
    this.#globs = globs;
    if (globs.length === 0) return;
    this.#seen = this.#loaded();
    this.#stop = this.#ports.every(pauseMs, () => this.#look());
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#globs = [];
  }

  #look(): void {
    const before = this.#seen;
    const now = this.#loaded();
    const loaded = now.filter((name) => !before.includes(name));
    const unloaded = before.filter((name) => !now.includes(name));
    this.#seen = now;
    if (loaded.length + unloaded.length > 0) this.#ports.onChange({ loaded, unloaded });
  }

  #loaded(): readonly string[] {
    return this.#ports
      .modules()
      .filter((name) => this.#globs.some((glob) => functionTest(glob)(name)));
  }
}
