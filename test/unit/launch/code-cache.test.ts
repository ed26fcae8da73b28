import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepCode, readCode } from '../../../src/launch/code-cache.ts';

const source = Buffer.from('(function () {})');
const code = { data: Buffer.from('what V8 made of it'), compiledBytes: 4711 };
const file = 'apply-0a1b2c3d-v20.19.0-x64.code';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fentryctl-code-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const place = () => ({ cache: { directory, euid: process.geteuid?.() ?? -1 }, file });

describe('code', () => {
  test('is read as it was kept', () => {
    keepCode(place(), () => code, source);

    expect(readCode(place(), source)).toEqual(code);
    expect(readdirSync(directory)).toEqual([file]);
  });

  test('is not that of another source of the same length', () => {
    keepCode(place(), () => code, source);

    expect(readCode(place(), Buffer.from('(function () [])'))).toBeUndefined();
  });

  test('is none where nothing was kept', () => {
    expect(readCode(place(), source)).toBeUndefined();
  });
});
