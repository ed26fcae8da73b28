import { statSync } from 'node:fs';
import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import { watch } from 'chokidar';
import { watchPoints } from './watch-points.ts';

export interface FileWatchEvents {
  /** A followed file was written, replaced, removed or made, or its directory was. Comes in bursts, and may come for nothing. */
  readonly onChange: (file: string) => void;
  /** Changes in a directory cannot be noticed, e.g. for lack of inotify watches. */
  readonly onProblem: (directory: string, error: Error) => void;
}

/** Tells of changes to a set of files, by their directories: editors rename new files over old ones. */
export class FileWatch {
  readonly #events: FileWatchEvents;
  readonly #open = new Map<string, DirectoryWatch>();

  constructor(events: FileWatchEvents) {
    this.#events = events;
  }

  /** From now on these files and no others, missing ones too. Once it resolves, no change goes unnoticed. */
  async follow(files: readonly string[]): Promise<void> {
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const wanted = directoriesOf(files);
      const missing = wanted.filter(({ key }) => !this.#open.has(key));
      await this.#closeAllBut(wanted); // oxlint-disable-line eslint/no-await-in-loop -- each pass builds on the one before
      if (missing.length === 0) return;
      await Promise.all(missing.map((directory) => this.#watch(directory))); // oxlint-disable-line eslint/no-await-in-loop -- as above
      // What came into being before its directory was watched is found by looking again.
    }
  }

  async close(): Promise<void> {
    await this.#closeAllBut([]);
  }

  async #watch(directory: WatchedDirectory): Promise<void> {
    const opened = new DirectoryWatch(directory, this.#events);
    this.#open.set(directory.key, opened);
    await opened.ready;
  }

  async #closeAllBut(wanted: readonly WatchedDirectory[]): Promise<void> {
    const keys = new Set(wanted.map(({ key }) => key));
    const old = [...this.#open].filter(([key]) => !keys.has(key));
    for (const [key] of old) this.#open.delete(key);
    await Promise.all(old.map(async ([, directory]) => await directory.close()));
  }
}

/** Paths that change all the while would otherwise keep `follow` busy; each change is reported anyway. */
const mostPasses = 10;

interface WatchedDirectory {
  readonly path: string;
  /** For each name that counts, the followed files that depend on it. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
  /** The same names in the same inode: a directory that was made anew under an old path needs a new watch. */
  readonly key: string;
}

function directoriesOf(files: readonly string[]): readonly WatchedDirectory[] {
  const byPath = new Map<string, Map<string, Set<string>>>();
  for (const file of files) {
    for (const { directory, name } of watchPoints(file)) {
      const names = getOrAdd(byPath, directory, () => new Map<string, Set<string>>());
      getOrAdd(names, name, () => new Set<string>()).add(file);
    }
  }
  return [...byPath].map(([directory, names]) => ({
    path: directory,
    files: names,
    key: keyOf(directory, names),
  }));
}

function keyOf(directory: string, names: ReadonlyMap<string, ReadonlySet<string>>): string {
  const stats = statSync(directory, { throwIfNoEntry: false });
  const parts = [...names].map(([name, files]) => [name, ...files]);
  return JSON.stringify([directory, stats?.dev, stats?.ino, parts]);
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** One chokidar, not recursive, told to look at no entry but those that count. */
class DirectoryWatch {
  readonly #watcher: FSWatcher;
  readonly #directory: WatchedDirectory;
  readonly #onChange: (file: string) => void;
  /** Also when it cannot be watched. */
  readonly ready: Promise<void>;

  constructor(directory: WatchedDirectory, { onChange, onProblem }: FileWatchEvents) {
    this.#directory = directory;
    this.#onChange = onChange;
    const ignored = (file: string): boolean =>
      file !== directory.path && !directory.files.has(path.basename(file));
    // "atomic" would keep the news of a removal back for 100 ms, and ignore names such as "x.yaml~".
    this.#watcher = watch(directory.path, {
      depth: 0,
      ignored,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
    });
    // chokidar's own events miss a file replaced by one with the same time stamp, as reproducible builds make
    // them; the raw ones miss nothing, but there are none on a file system that it has to poll.
    this.#watcher.on('raw', (_event, name: string | null) => this.#changed(name ?? directory.path));
    this.#watcher.on('all', (_event, file) => this.#changed(file));
    this.#watcher.on('error', (error) =>
      onProblem(directory.path, error instanceof Error ? error : new Error(String(error))),
    );
    this.ready = new Promise((resolve) => {
      this.#watcher.once('ready', resolve).once('error', () => resolve());
    });
  }

  async close(): Promise<void> {
    await this.#watcher.close();
  }

  /** inotify names the directory itself when that is removed or renamed. */
  #changed(entry: string): void {
    const name = path.basename(entry);
    const { files, path: directory } = this.#directory;
    const isItself = name === path.basename(directory);
    const concerned =
      files.get(name) ?? (isItself ? [...files.values()].flatMap((some) => [...some]) : []);
    for (const file of new Set(concerned)) this.#onChange(file);
  }
}
