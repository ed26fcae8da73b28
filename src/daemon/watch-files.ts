import { statSync } from 'node:fs';
import { FilePoll } from './poll-files.ts';
import type { FileWatchEvents } from './watch-directory.ts';
import { DirectoryWatch } from './watch-directory.ts';
import { FolderWatch } from './watch-folder.ts';
import { foldersOf, watchPoints } from './watch-points.ts';

/**
 * Tells of changes to a set of files, by their directories: editors rename new files over old ones. With `pollMs` it also
 * looks at them each so many milliseconds.
 */
export class FileWatch {
  readonly #events: FileWatchEvents;
  readonly #open = new Map<string, Opened>();
  readonly #poll: FilePoll | undefined;

  constructor(events: FileWatchEvents, pollMs?: number) {
    this.#events = events;
    const { onChange } = events;
    this.#poll = pollMs === undefined ? undefined : new FilePoll({ onChange, pauseMs: pollMs });
  }

  /** From now on these files and no others, missing ones too. Once it resolves, no change goes unnoticed. */
  async follow(files: readonly string[]): Promise<void> {
    await this.#watchAround(files);
    await this.#poll?.follow(files);
  }

  async close(): Promise<void> {
    this.#poll?.close();
    await this.#closeWhere(() => true);
  }

  async #watchAround(files: readonly string[]): Promise<void> {
    await this.#closeWhere((_, { watch }) => watch.isLost);
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const wanted = placesOf(files, this.#events);
      const missing = wanted.filter((place) => this.#open.get(place.key)?.is !== identityOf(place));
      const kept = new Set(wanted.filter((place) => !missing.includes(place)).map(keyOf));
      await this.#closeWhere((key) => !kept.has(key)); // oxlint-disable-line eslint/no-await-in-loop -- each pass builds on the one before
      if (missing.length === 0) return;
      await Promise.all(missing.map((place) => this.#watch(place))); // oxlint-disable-line eslint/no-await-in-loop -- as above
      // What came into being before its directory was watched is found by looking again.
    }
  }

  async #watch(place: Place): Promise<void> {
    const opened = { is: identityOf(place), watch: place.open() };
    this.#open.set(place.key, opened);
    await opened.watch.ready;
  }

  async #closeWhere(isOld: (key: string, opened: Opened) => boolean): Promise<void> {
    const old = [...this.#open].filter(([key, opened]) => isOld(key, opened));
    for (const [key] of old) this.#open.delete(key);
    await Promise.all(old.map(async ([, { watch }]) => await watch.close()));
  }
}

/** Paths that change all the while would otherwise keep `follow` busy; each change is reported anyway. */
const mostPasses = 10;

interface Opened {
  /** Which directory was at the path when it was opened. */
  readonly is: string;
  readonly watch: DirectoryWatch | FolderWatch;
}

/** A directory to be watched. */
interface Place {
  readonly path: string;
  /** The same for the same path, names and files. */
  readonly key: string;
  readonly open: () => DirectoryWatch | FolderWatch;
}

function keyOf({ key }: Place): string {
  return key;
}

/** A watch stays with its directory when that is moved with one far above it; another one is at the path then. */
function identityOf({ path }: Place): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return 'nothing'; // it has just gone, or is out of our sight
  }
}

function placesOf(files: readonly string[], events: FileWatchEvents): readonly Place[] {
  const directories = directoriesOf(files);
  const folders = [...foldersAbove(files)].filter(([path]) => !directories.has(path));
  return [
    ...[...directories].map(([path, names]) => ({
      path,
      key: JSON.stringify([path, ...[...names].map(([name, some]) => [name, ...some])]),
      open: () => new DirectoryWatch({ path, files: names }, events),
    })),
    ...folders.map(([path, below]) => ({
      path,
      key: JSON.stringify([path, 'folder', ...below]),
      open: () => new FolderWatch({ path, below }, events),
    })),
  ];
}

/** Directories with names that count, and for each name the files that depend on it. */
function directoriesOf(
  files: readonly string[],
): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const byPath = new Map<string, Map<string, Set<string>>>();
  for (const file of files) {
    for (const { directory, name } of watchPoints(file)) {
      const names = getOrAdd(byPath, directory, () => new Map<string, Set<string>>());
      getOrAdd(names, name, () => new Set<string>()).add(file);
    }
  }
  return byPath;
}

function foldersAbove(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byPath = new Map<string, Set<string>>();
  for (const file of files) {
    for (const folder of foldersOf(file))
      getOrAdd(byPath, folder, () => new Set<string>()).add(file);
  }
  return byPath;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
