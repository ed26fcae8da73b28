import process from 'node:process';
import { cacheDirectory } from './cache-directory.ts';
import type { Cache } from './kept-file.ts';

/** That of the user this runs as, whoever started it; `undefined` where there is none. */
export function ownCache(): Cache | undefined {
  const euid = process.geteuid?.() ?? -1;
  const directory = cacheDirectory(process.env, euid);
  return directory === undefined ? undefined : { directory, euid };
}
