import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepCode, readCode } from '../../../src/launch/code-cache.ts';

const source = Buffer.from('(function () {})');
const code = { data: Buffer.from('code'), compiledBytes: 1 };
const file = 'apply-0a1b2c3d-v20.19.0-x64.code';
const euid = process.geteuid?.() ?? -1;

let above: string;
let directory: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'fentryctl-code-'));
  directory = join(above, 'cache');
});

afterEach(() => rmSync(above, { recursive: true }));

const place = () => ({ directory, file, euid });
const keep = (at = place()): void => keepCode(at, () => code, source);
const read = (at = place()) => readCode(at, source);

describe('code is kept', () => {
  test('where nothing was, for this user alone', () => {
    keep();

    expect(read()).toEqual(code);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual([file]);
  });

  test('in the place of what was there, and what is stale goes', () => {
    mkdirSync(directory, { mode: 0o755 });
    for (const name of [file, 'apply-0a1b2c3d-v18.0.0-x64.code', 'notes.txt']) {
      writeFileSync(join(directory, name), 'old');
      utimesSync(join(directory, name), 0, 0);
    }

    keep();

    expect(read()).toEqual(code);
    expect(readdirSync(directory).toSorted()).toEqual([file, 'notes.txt']);
  });

  test('unless there can be no directory, which is no error', () => {
    writeFileSync(directory, 'a file');

    keep();

    expect(readFileSync(directory, 'utf8')).toBe('a file');
    expect(read()).toBeUndefined();
  });

  test('unless it cannot be told what it is, which is no error', () => {
    keepCode(
      place(),
      () => {
        throw new Error('no code');
      },
      source,
    );

    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('nothing is written, and nothing is read, where', () => {
  test('others can write to the directory', () => {
    keep();
    chmodSync(directory, 0o770);

    expectNothing();
  });

  test('the directory is a symlink', () => {
    const real = join(above, 'real');
    keep({ ...place(), directory: real });
    symlinkSync(real, directory);

    expectNothing();
  });

  test('the directory is somebody else’s', () => {
    keep();
    const theirs = { ...place(), euid: euid + 1 };
    rmSync(join(directory, file));

    keep(theirs);

    expect(readdirSync(directory)).toEqual([]);
    expect(read(theirs)).toBeUndefined();
  });

  function expectNothing(): void {
    const before = existsSync(join(directory, file));
    expect(read()).toBeUndefined();
    rmSync(join(directory, file), { force: true });
    keep();
    expect(before).toBe(true);
    expect(existsSync(join(directory, file))).toBe(false);
  }
});

describe('nothing is read of a file that', () => {
  beforeEach(() => keep());

  test('others can write to', () => {
    chmodSync(join(directory, file), 0o602);
    expect(read()).toBeUndefined();
  });

  test('is a symlink', () => {
    const other = { ...place(), file: 'plan-0a1b2c3d-v20.19.0-x64.code' };
    symlinkSync(file, join(directory, other.file));
    expect(read(other)).toBeUndefined();
  });

  test('is a directory', () => {
    rmSync(join(directory, file));
    mkdirSync(join(directory, file));
    expect(read()).toBeUndefined();
  });

  test('is of another source', () => {
    expect(readCode(place(), Buffer.from('other'))).toBeUndefined();
  });
});
