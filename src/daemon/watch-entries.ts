import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import path from 'node:path';
import { isManifestEntry } from '../manifest/manifest-folder.ts';
import type { FileWatchEvents } from './watch-directory.ts';
import { FileWatch } from './watch-files.ts';

interface Opened {
  /** Which directory it is that is watched. */
  readonly is: string;
  readonly watcher: FSWatcher;
}

/**
 * Tells when manifests come to folders, or go, and when a folder itself does, or is exchanged, by whatever symlink leads to it. What
 * is in them is for others to watch.
 */
export class EntryWatch {
  readonly #events: FileWatchEvents;
  readonly #pollMs: number | undefined;
  readonly #open = new Map<string, Opened>();
  #folders: FileWatch | undefined;

  constructor(events: FileWatchEvents, pollMs?: number) {
    this.#events = events;
    this.#pollMs = pollMs;
  }

  /** From now on these folders and no others, missing ones too. Once it resolves, no change goes unnoticed. */
  async follow(folders: readonly string[]): Promise<void> {
    if (folders.length > 0) this.#folders ??= new FileWatch(this.#events, this.#pollMs);
    await this.#folders?.follow(folders.map((folder) => path.resolve(folder)));
    for (const [folder, opened] of this.#open) {
      if (!folders.includes(folder) || identityOf(folder) !== opened.is) this.#close(folder);
    }
    for (const folder of folders) this.#watch(folder);
  }

  async close(): Promise<void> {
    for (const folder of this.#open.keys()) this.#close(folder);
    await this.#folders?.close();
  }

  #watch(folder: string): void {
    const is = identityOf(folder);
    if (is === undefined || this.#open.has(folder)) return;
    try {
      const watcher = watch(folder, (event, name) => {
        if (event === 'rename' && concerns(folder, name)) this.#events.onChange(folder);
      });
      watcher.on('error', (error) => this.#fail(folder, error));
      this.#open.set(folder, { is, watcher });
    } catch (error) {
      this.#fail(folder, error);
    }
  }

  /** The next time it is tried again. */
  #fail(folder: string, error: unknown): void {
    this.#close(folder);
    this.#events.onProblem(folder, error instanceof Error ? error : new Error(String(error)));
  }

  #close(folder: string): void {
    this.#open.get(folder)?.watcher.close();
    this.#open.delete(folder);
  }
}

/** inotify names the folder itself when that is removed, or unmounted. */
function concerns(folder: string, name: string | null): boolean {
  return name === null || isManifestEntry(name) || name === path.basename(folder);
}

function identityOf(folder: string): string | undefined {
  try {
    const stats = statSync(folder);
    return stats.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}
