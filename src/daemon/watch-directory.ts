import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import { watch } from 'chokidar';

/** What is told of files, and of the directories that they are in. */
export interface FileWatchEvents {
  /** A followed file was written, replaced, removed or made, or its directory was. Comes in bursts, and may come for nothing. */
  readonly onChange: (file: string) => void;
  /** Changes in a directory cannot be noticed, e.g. for lack of inotify watches. */
  readonly onProblem: (directory: string, error: Error) => void;
}

export interface WatchedDirectory {
  readonly path: string;
  /** For each name that counts, the followed files that depend on it. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
}

/** One chokidar, not recursive, told to look at no entry but those that count. */
export class DirectoryWatch {
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
