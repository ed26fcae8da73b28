import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import path from 'node:path';
import type { FileWatchEvents } from './watch-directory.ts';

/** A directory on the way to files; what is in it does not matter here. */
export interface WayFolder {
  readonly path: string;
  /** The followed files below it. */
  readonly below: ReadonlySet<string>;
}

/**
 * Tells when a directory is renamed or removed: inotify does not tell those who watch what is below it. Not chokidar, which
 * would list the directory, and there may be a hundred thousand entries in it, as in /nix/store.
 */
export class FolderWatch {
  readonly #watcher: FSWatcher | undefined;
  readonly #folder: WayFolder;
  readonly #events: FileWatchEvents;
  #isLost = false;
  readonly ready = Promise.resolve();

  constructor(folder: WayFolder, events: FileWatchEvents) {
    this.#folder = folder;
    this.#events = events;
    try {
      this.#watcher = watch(folder.path, (_event, name) => this.#changed(name));
      this.#watcher.on('error', (error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** It was removed or renamed, or could not be watched. */
  get isLost(): boolean {
    return this.#isLost;
  }

  close(): Promise<void> {
    this.#watcher?.close();
    return Promise.resolve();
  }

  /** An entry of it that has its own name is taken for it as well. */
  #changed(name: string | null): void {
    if (name !== path.basename(this.#folder.path)) return;
    this.#isLost = true;
    for (const file of this.#folder.below) this.#events.onChange(file);
  }

  /** What may not be read, as other users' homes, cannot be watched, and is no problem: files below it are. */
  #fail(error: unknown): void {
    this.#isLost = true;
    if (error instanceof Error && !('code' in error && error.code === 'EACCES')) {
      this.#events.onProblem(this.#folder.path, error);
    }
  }
}
