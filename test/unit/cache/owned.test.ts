import { describe, expect, test } from 'vitest';
import { isOwned } from '../../../src/cache/owned.ts';

describe('what is ours alone', () => {
  test.for<readonly [uid: number, mode: number, euid: number, isOurs: boolean]>([
    [0, 0o040700, 0, true],
    [0, 0o040755, 0, true],
    [1000, 0o100600, 1000, true],
    [1000, 0o100644, 1000, true],
    [1000, 0o040700, 0, false],
    [0, 0o040755, 1000, false],
    [0, 0o040775, 0, false],
    [0, 0o041777, 0, false],
    [0, 0o100602, 0, false],
  ])('uid %i, mode %o, for %i: %s', ([uid, mode, euid, isOurs]) => {
    expect(isOwned({ uid, mode }, euid)).toBe(isOurs);
  });
});
