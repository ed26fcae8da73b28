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
import { keep as keepFile, readKept } from '../../../src/cache/kept-file.ts';

const purpose = Buffer.from('what it was made of');
const contents = Buffer.from('what was made');
const file = 'made';
const day = 24 * 60 * 60_000;

let above: string;
let directory: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'fentryctl-cache-'));
  directory = join(above, 'cache');
});

afterEach(() => rmSync(above, { recursive: true }));

const cache = () => ({ directory, euid: process.geteuid?.() ?? -1 });
const isStale = (name: string, ageMs: number): boolean => name.startsWith('old') && ageMs > day;
const keeping = { contents: () => contents, purpose, isStale };
const keep = (at = cache(), name = file): void => keepFile(at, name, keeping);
const read = (at = cache(), name = file) => readKept(at, name, purpose);

describe('a file is kept', () => {
  test('where nothing was, for this user alone', () => {
    keep();

    expect(read()).toEqual(contents);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual([file]);
  });

  test('in the place of what was there, and what is stale goes', () => {
    mkdirSync(directory, { mode: 0o755 });
    for (const name of [file, 'old', 'notes.txt']) {
      writeFileSync(join(directory, name), 'before');
      utimesSync(join(directory, name), 0, 0);
    }
    writeFileSync(join(directory, 'old-but-new'), 'now');

    keep();

    expect(read()).toEqual(contents);
    expect(readdirSync(directory).toSorted()).toEqual([file, 'notes.txt', 'old-but-new']);
  });

  test('unless there can be no directory, which is no error', () => {
    writeFileSync(directory, 'a file');

    keep();

    expect(readFileSync(directory, 'utf8')).toBe('a file');
    expect(read()).toBeUndefined();
  });

  test('unless it cannot be made, which is no error', () => {
    const contentsFail = (): Uint8Array => {
      throw new Error('nothing made');
    };
    keepFile(cache(), file, { ...keeping, contents: contentsFail });

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
    keep({ ...cache(), directory: real });
    symlinkSync(real, directory);

    expectNothing();
  });

  test('the directory is somebody else’s', () => {
    keep();
    const theirs = { ...cache(), euid: cache().euid + 1 };
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
    symlinkSync(file, join(directory, 'other'));
    expect(read(cache(), 'other')).toBeUndefined();
  });

  test('is a directory', () => {
    rmSync(join(directory, file));
    mkdirSync(join(directory, file));
    expect(read()).toBeUndefined();
  });

  test('was kept for another purpose', () => {
    expect(readKept(cache(), file, Buffer.from('something else'))).toBeUndefined();
  });

  test('has any bit flipped', () => {
    const whole = readFileSync(join(directory, file));
    const read1 = Array.from({ length: whole.length * 8 }, (_, bit) => readOf(flipped(whole, bit)));
    expect(read1.filter((one) => one !== undefined)).toEqual([]);
  });

  test('was cut anywhere', () => {
    const whole = readFileSync(join(directory, file));
    const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
    expect(cuts.map(readOf).filter((one) => one !== undefined)).toEqual([]);
  });

  function readOf(bytes: Uint8Array): Buffer | undefined {
    writeFileSync(join(directory, file), bytes);
    return read();
  }
});

function flipped(whole: Buffer, bit: number): Buffer {
  const copy = Buffer.from(whole);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}
