import type { Logger } from '../base/logger.ts';
import type { Listing } from './sources.ts';

/** Logs which manifests came to folders, or went, and which folders cannot be looked into. */
export function tellFolders(log: Logger, before: Listing, now: Listing): void {
  for (const [folder, error] of now.problems) {
    if (before.problems.get(folder) === error) continue;
    log.error('cannot look into the folder: what was in it stays as it is', { folder, error });
  }
  for (const folder of before.problems.keys()) {
    if (!now.problems.has(folder)) log.info('the folder is there again', { folder });
  }
  for (const folder of now.folders) {
    if (!before.folders.includes(folder)) log.info('watching', { folder });
  }
  for (const manifest of missing(now, before)) log.info('manifest found', { manifest });
  for (const manifest of missing(before, now)) log.info('manifest gone', { manifest });
}

/** Logs what is pinned and belongs to no manifest: nobody can tell whose it is, so it is left alone. */
export function tellOrphans(log: Logger, names: readonly string[]): void {
  for (const name of names) {
    log.warn('pinned, and of no manifest here: left alone', {
      name,
      hint: `if its manifest was removed meanwhile: "fentryctl destroy ${name}"`,
    });
  }
}

/** Of folders; those that are named are there, as far as this goes. */
function missing(some: Listing, others: Listing): readonly string[] {
  const there = new Set(others.manifests.map(({ file }) => file));
  return some.manifests.flatMap(({ file, folder }) =>
    folder === undefined || there.has(file) ? [] : file,
  );
}
