import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { textKeeper } from '../../../src/cli/text-keeper.ts';

const text = Buffer.from('t vfs_read\n');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'fentryctl-texts-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const keeper = () => textKeeper({ directory, euid: process.geteuid?.() ?? -1 });

describe('what the kernel tells', () => {
  test('is kept for later runs, each under its name', () => {
    keeper()?.keep('symbols', text);

    expect(keeper()?.read('symbols')).toEqual(text);
    expect(keeper()?.read('traceable')).toBeUndefined();
    expect(readdirSync(directory)).toEqual(['kernel-symbols.names']);
  });

  test('is written over, and what killed runs left goes after a day', () => {
    for (const file of ['kernel-symbols.names', 'kernel-symbols.names.4711', 'notes.txt']) {
      writeFileSync(path.join(directory, file), 'old');
      utimesSync(path.join(directory, file), 0, 0);
    }
    writeFileSync(path.join(directory, 'kernel-traceable.names.4712'), 'being written');

    keeper()?.keep('symbols', text);

    expect(keeper()?.read('symbols')).toEqual(text);
    expect(readdirSync(directory).toSorted()).toEqual([
      'kernel-symbols.names',
      'kernel-traceable.names.4712',
      'notes.txt',
    ]);
  });

  test('is kept nowhere where nothing is', () => {
    const before = process.env['FENTRYCTL_CACHE'];
    process.env['FENTRYCTL_CACHE'] = 'off';
    try {
      expect(textKeeper()).toBeUndefined();
    } finally {
      if (before === undefined) delete process.env['FENTRYCTL_CACHE'];
      else process.env['FENTRYCTL_CACHE'] = before;
    }
  });
});
