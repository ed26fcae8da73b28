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
    await this.#closeWhere((_, directory) => directory.isLost);
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const wanted = directoriesOf(files);
      const missing = wanted.filter(({ key }) => !this.#open.has(key));
      const keys = new Set(wanted.map(({ key }) => key));
      await this.#closeWhere((key) => !keys.has(key)); // oxlint-disable-line eslint/no-await-in-loop -- each pass builds on the one before
      if (missing.length === 0) return;
      await Promise.all(missing.map((directory) => this.#watch(directory))); // oxlint-disable-line eslint/no-await-in-loop -- as above
      // What came into being before its directory was watched is found by looking again.
    }
  }

  async close(): Promise<void> {
    await this.#closeWhere(() => true);
  }

  async #watch(directory: WatchedDirectory): Promise<void> {
    const opened = new DirectoryWatch(directory, this.#events);
    this.#open.set(directory.key, opened);
    await opened.ready;
  }

  async #closeWhere(isOld: (key: string, directory: DirectoryWatch) => boolean): Promise<void> {
    const old = [...this.#open].filter(([key, directory]) => isOld(key, directory));
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
  /** The same for the same path, names and files. */
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
  return JSON.stringify([directory, ...[...names].map(([name, files]) => [name, ...files])]);
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
  #isLost = false;
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
    // Raw ones as well: chokidar itself takes a file replaced by one with the same time stamp, as reproducible
    // builds make them, for unchanged.
    this.#watcher.on('raw', (_event, name: string | null) => this.#changed(name ?? directory.path));
    this.#watcher.on('all', (_event, file) => this.#changed(file));
    this.#watcher.on('error', (error) => {
      this.#isLost = true;
      onProblem(directory.path, error instanceof Error ? error : new Error(String(error)));
    });
    this.ready = new Promise((resolve) => {
      this.#watcher.once('ready', resolve).once('error', () => resolve());
    });
  }

  /** It was removed or renamed, or could not be watched: what is at its path now needs a new watch. */
  get isLost(): boolean {
    return this.#isLost;
  }

  async close(): Promise<void> {
    await this.#watcher.close();
  }

  /** inotify names the directory itself when that is removed or renamed. */
  #changed(entry: string): void {
    const name = path.basename(entry);
    const { files, path: directory } = this.#directory;
    const isItself = name === path.basename(directory);
    if (isItself) this.#isLost = true;
    const concerned = isItself ? [...files.values()].flatMap((some) => [...some]) : files.get(name);
    for (const file of new Set(concerned)) this.#onChange(file);
  }
}
