import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { getHeapCodeStatistics } from 'node:v8';
import { constants, Script } from 'node:vm';
import type { Code, Place } from './code-cache.ts';
import { keepCode, readCode } from './code-cache.ts';

/** What is run, and where its code is kept, if it is. */
export interface Program {
  readonly file: string;
  readonly place: Place | undefined;
}

/** What runs until it is stopped has started by then; later, V8 forgets the code that it started with. */
const startedMs = 10_000;

/**
 * Code that is less than this part of its source is of a run that had little to do, as for help. A later one looks whether
 * it compiled more; after others it is not worth the time that it takes to look.
 */
const little = 1 / 2;

/** So much more is worth writing. */
const muchMore = 1.05;

/** What a program is given, as Node gives a CommonJS module. */
type Body = (exports: unknown, require: NodeJS.Require, module: object, ...self: string[]) => void;

/**
 * Runs a program that `npm run build` made a function of. With code that an earlier run compiled, if there is any: to compile
 * takes as long as all that a short command does. Else it leaves its own, when it has ended well.
 */
export function runProgram({ file, place }: Program, require: NodeJS.Require): void {
  const source = readFileSync(file);
  const kept = place && readCode(place, source);
  const script = new Script(source.toString('latin1'), {
    filename: file,
    cachedData: kept?.data,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const used = script.cachedDataRejected === false ? kept : undefined;
  if (place !== undefined && (used === undefined || used.data.length < source.length * little)) {
    onceStarted(() => {
      if (isWorthKeeping(used)) keepCode(place, () => codeOf(script), source);
    });
  }
  const body = script.runInThisContext() as Body; // packaging/build-command.ts makes it one
  const module = { exports: {} };
  body(module.exports, require, module, file, path.dirname(file));
}

/** When it has ended well, or has run for a while. */
function onceStarted(act: () => void): void {
  const end = (status: number): void => {
    if (status === 0) act();
  };
  process.on('exit', end);
  setTimeout(() => {
    process.off('exit', end);
    act();
  }, startedMs).unref();
}

function isWorthKeeping(used: Code | undefined): boolean {
  return used === undefined || compiledBytes() > used.compiledBytes * muchMore;
}

function codeOf(script: Script): Code {
  return { data: script.createCachedData(), compiledBytes: compiledBytes() };
}

function compiledBytes(): number {
  return getHeapCodeStatistics().bytecode_and_metadata_size;
}
