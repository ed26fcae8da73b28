#!/usr/bin/env node
import path from 'node:path';
import process from 'node:process';
import { ownCache } from '../cache/own-cache.ts';
import { cacheName } from './cache-name.ts';
import type { Program } from './run-program.ts';
import { runProgram } from './run-program.ts';

// All that is started is this: NAME.cjs runs NAME-program.cjs, which lies beside it.
const name = path.basename(__filename, '.cjs');
const file = path.join(__dirname, `${name}-program.cjs`);
runProgram({ file, place: placeOfCode() }, require);

function placeOfCode(): Program['place'] {
  const cache = ownCache();
  const codeFile = cacheName(file, process.argv.slice(2));
  return cache && codeFile ? { cache, file: codeFile } : undefined;
}
