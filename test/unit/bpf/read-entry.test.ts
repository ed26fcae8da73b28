import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readEntry } from '../../../src/bpf/kernel/read-entry.ts';
import { pinPath } from '../../../src/state/ids.ts';

const root = mkdtempSync(path.join(tmpdir(), 'read-entry-'));
afterAll(() => rmSync(root, { recursive: true }));

test('a note that is gone since the directory was read is left out', () => {
  const note = pinPath(`${root}/note`);
  symlinkSync('text', note);

  expect(readEntry({ path: note, kind: 'symlink' })).toEqual({
    path: note,
    kind: 'note',
    text: 'text',
  });
  rmSync(note);
  expect(readEntry({ path: note, kind: 'symlink' })).toBeUndefined();
});
