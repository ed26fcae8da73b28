#!/usr/bin/env node
import path from 'node:path';
import process from 'node:process';
import { cacheDirectory } from './cache-directory.ts';
import { cacheName } from './cache-name.ts';
import type { Program } from './run-program.ts';
import { runProgram } from './run-program.ts';

// All that is started is this: NAME.cjs runs NAME-program.cjs, which lies beside it.
const name = path.basename(__filename, '.cjs');
const file = path.join(__dirname, `${name}-program.cjs`);
runProgram({ file, cache: cacheOf() }, require);

/** That of the user it runs as, whoever started it. */
function cacheOf(): Program['cache'] {
  const euid = process.geteuid?.() ?? -1;
  const directory = cacheDirectory(process.env, euid);
  const cache = cacheName(file, process.argv.slice(2));
  return directory && cache ? { directory, file: cache, euid } : undefined;
}
