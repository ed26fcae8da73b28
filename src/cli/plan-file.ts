import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { quoted } from '../base/diagnostic.ts';
import { FailedError, InvalidError, PrivilegeError, UsageError } from '../base/errors.ts';
import { readRegularFile } from '../manifest/read-regular-file.ts';
import type { PlanContent, SavedPlan } from '../plan/saved-plan.ts';
import { fingerprintOf } from '../save-plan.ts';
import { version as ownVersion } from './version.ts';

const format = 'fentryctl plan';
const version = 1;
const largestPlan = 64 * 2 ** 20;

/** A saved plan is known by its contents, whatever its name is; no manifest has a key "format". */
const marker = /^\s*\{[^]*"format"\s*:\s*"fentryctl plan"/;

/**
 * Reads what `plan --out` wrote; `undefined` for a file that is something else, or cannot be read. Throws an
 * `InvalidError` for a plan that is cut off, was changed by hand, or has a version that this one does not know.
 */
export function readPlanFile(file: string): SavedPlan | undefined {
  const text = textOf(file);
  if (text === undefined || !marker.test(text)) return undefined;
  const written = parse(file, text);
  if (written.version !== version) throw unknownVersion(file, written.version);
  const {
    format: _format,
    version: _version,
    fentryctl: _fentryctl,
    fingerprint,
    ...content
  } = written;
  if (fingerprint !== fingerprintOf(content) || !isContent(content)) throw damaged(file);
  return { fingerprint, content };
}

/** Throws a `UsageError` if a plan must not be written there: only a saved plan, or an empty file, is written over. */
export function requirePlanFile(file: string): void {
  if (file === '-') {
    throw new UsageError('"--out -" is not a file', { hint: '"--json" prints the plan' });
  }
  const contents = readRegularFile(file, largestPlan);
  if ('problem' in contents) {
    if (contents.problem.code === 'no-such-file') return;
    throw new UsageError(`"--out ${file}" ${contents.problem.message}`);
  }
  const text = Buffer.from(contents.bytes).toString();
  if (text === '' || marker.test(text)) return;
  throw new UsageError(`"--out ${file}" is there already and is no saved plan`, {
    hint: 'give another name, or remove it first',
  });
}

/** Writes a plan, whole or not at all. `requirePlanFile` says whether it may take the place of what is there. */
export function writePlanFile(file: string, { fingerprint, content }: SavedPlan): void {
  const written = { format, version, fentryctl: ownVersion(), fingerprint, ...content };
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(written, undefined, 2)}\n`, {
      flag: 'wx',
      flush: true,
    });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
}

function textOf(file: string): string | undefined {
  const contents = readRegularFile(file, largestPlan);
  return 'bytes' in contents ? Buffer.from(contents.bytes).toString() : undefined;
}

type Written = Readonly<Record<string, unknown>>;

function parse(file: string, text: string): Written {
  try {
    return JSON.parse(text) as Written; // the marker is in it, so it begins with a brace
  } catch (error) {
    throw new InvalidError(`the saved plan ${quoted(file)} is cut off or damaged`, [], {
      hint: makeAnother,
      cause: error,
    });
  }
}

const makeAnother = 'make another: "fentryctl plan MANIFEST --out FILE"';

function damaged(file: string): InvalidError {
  const message = `the saved plan ${quoted(file)} was changed after it was saved: its fingerprint does not fit`;
  return new InvalidError(message, [], { hint: makeAnother });
}

function unknownVersion(file: string, found: unknown): InvalidError {
  const message = `the saved plan ${quoted(file)} has version ${String(found)}, which is not supported`;
  return new InvalidError(message, [], { hint: `this fentryctl reads version ${version}` });
}

/** Only somebody who forges the fingerprint gets further than that; even so nothing in it is carried out. */
function isContent(content: Written): content is Written & PlanContent {
  const { root, manifest, objects, pins, plan } = content;
  const areFiles = Array.isArray(objects) && objects.every(isFile) && isFile(manifest);
  return typeof root === 'string' && areFiles && isTextRecord(pins) && plan !== undefined;
}

function isFile(value: unknown): boolean {
  return isTextRecord(value) && 'file' in value && 'sha256' in value;
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((entry) => typeof entry === 'string');
}

function cannotWrite(file: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '') return error instanceof Error ? error : new Error(String(error));
  const message = `cannot write ${quoted(file)} (${code})`;
  return code === 'EACCES' || code === 'EPERM'
    ? new PrivilegeError(message, { cause: error })
    : new FailedError(message, { cause: error });
}
