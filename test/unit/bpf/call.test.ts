import { existsSync, fstatSync, lstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCall, setCallWitness } from '../../../src/bpf/call.ts';
import { closeFd, mkdir, rmdir, symlink, unlink } from '../../../src/bpf/file-calls.ts';

let directory: string;
let told: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fentryctl-call-'));
  told = [];
});
afterEach(() => {
  setCallWitness(undefined);
  rmSync(directory, { recursive: true });
});

/** Refuses the calls of a name. */
function witness(refused?: string, errno: number = constants.errno.EIO): void {
  setCallWitness({
    before: (call) => {
      told.push(`before ${call}`);
      return call === refused ? errno : undefined;
    },
    after: (call) => void told.push(`after ${call}`),
    within: () => undefined,
  });
}

describe('a call', () => {
  test('is made, whether or not anybody is told', () => {
    mkdir(join(directory, 'one'), 0o700);
    witness();
    mkdir(join(directory, 'two'), 0o700);

    expect(lstatSync(join(directory, 'one')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(directory, 'two'))).toBe(true);
    expect(told).toEqual(['before mkdir', 'after mkdir']);
  });

  test('is told of when it fails, too', () => {
    witness();

    expect(() => unlink(join(directory, 'nothing'))).toThrow('ENOENT');
    expect(told).toEqual(['before unlink', 'after unlink']);
  });

  test('hands back what it returned, or what stands for the errno', () => {
    const make = (): number => 7;
    const refuse = (errno: number): number => -errno;

    const plain = makeCall('it', make, refuse);
    witness();
    const seen = makeCall('it', make, refuse);
    witness('it', 12);
    const refused = makeCall('it', make, refuse);

    expect([plain, seen, refused]).toEqual([7, 7, -12]);
  });
});

describe('a refused call', () => {
  const at = (): string => join(directory, 'it');
  const calls: readonly (readonly [name: string, make: () => void])[] = [
    ['mkdir', () => mkdir(at(), 0o700)],
    ['symlink', () => symlink('text', at())],
    ['unlink', () => unlink(at())],
    ['rmdir', () => rmdir(at())],
  ];

  test.each(calls)('%s is not made, and throws as Node does', (name, make) => {
    if (name === 'rmdir') mkdir(at(), 0o700);
    if (name === 'unlink') symlink('text', at());
    const before = lstatSync(at(), { throwIfNoEntry: false })?.ino;
    witness(name);

    expect(make).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(lstatSync(at(), { throwIfNoEntry: false })?.ino).toBe(before);
    expect(told).toEqual([`before ${name}`, `after ${name}`]);
  });

  test('close has closed all the same, and nobody needs to know', () => {
    const fd = openSync(directory, 'r');
    witness('close', constants.errno.EINTR);

    closeFd(fd);

    expect(() => fstatSync(fd)).toThrow('EBADF');
    expect(() => closeFd(fd)).toThrow('EBADF');
    expect(told).toContain('after close');
  });
});
