import { expect, test } from 'vitest';
import * as ids from '../../../src/state/ids.ts';

test.each([
  [
    'manifestName',
    ids.manifestName,
    ['a', 'A-b_9', 'x'.repeat(64)],
    ['', 'a.b', 'a/b', 'ä', 'x'.repeat(65), 'a\n'],
  ],
  ['objectName', ids.objectName, ['opens'], ['', '..', 'a b']],
  [
    'objectDigest',
    ids.objectDigest,
    ['0'.repeat(32)],
    ['0'.repeat(31), '0'.repeat(33), 'A'.repeat(32)],
  ],
  ['programName', ids.programName, ['on_read', 'a.b', 'ö'], ['']],
  ['mapName', ids.mapName, ['.bss', 'counts'], ['']],
  ['kernelFunction', ids.kernelFunction, ['vfs_read', 'f.isra.0'], ['']],
  ['pinPath', ids.pinPath, ['/', '/sys/fs/bpf'], ['', 'sys', './a']],
])('%s', (_, make, good, bad) => {
  for (const text of good) expect(make(text)).toBe(text);
  for (const text of bad) expect(() => make(text)).toThrow('does not match');
});
