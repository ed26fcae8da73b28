import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError, InvalidError } from '../../../src/base/errors.ts';
import { sign } from '../../../src/cli/sign.ts';
import { makePrivateKey } from '../../../src/manifest/private-key.ts';
import { lineOf } from '../../../src/manifest/public-key.ts';
import { checkSignature } from '../../../src/manifest/signature.ts';
import { bpfObject } from '../manifest/elf-file.ts';
import { temporaryDirectory, withoutPrivileges } from '../manifest/sample.ts';
import type { Directory } from '../manifest/sample.ts';
import { contextOf } from './context.ts';

const { key, pem } = makePrivateKey();
let directory: Directory;
let keyFile: string;
let object: string;

beforeEach(() => {
  directory = temporaryDirectory();
  keyFile = directory.write('key.pem', pem);
  chmodSync(keyFile, 0o600);
  object = directory.write('a.bpf.o', bpfObject());
});
afterEach(() => directory[Symbol.dispose]());

/** Runs the command as from the command line. */
function run(...args: readonly string[]) {
  const { context, printed } = contextOf('sign', ...args);
  const status = sign(context);
  return { status, ...printed() };
}

function failureOf(...args: readonly string[]): AppError {
  try {
    run(...args);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

describe('signing', () => {
  test('puts a signature beside each object, and prints what the manifest must trust', () => {
    const other = directory.write('b.bpf.o', Buffer.concat([bpfObject(), Buffer.of(0)]));

    const { status, out, log } = run('--key', keyFile, object, other);

    expect(status).toBe(0);
    expect(log).toBe('');
    expect(out).toBe(
      `${object}.sig: signs ${object}\n${other}.sig: signs ${other}\n\n# in the manifest\ntrust:\n  keys:\n    - ${lineOf(key)}\n`,
    );
    expect(checkSignature(object, readFileSync(object), [lineOf(key)])).toBeUndefined();
    expect(checkSignature(other, readFileSync(other), [lineOf(key)])).toBeUndefined();
    expect(statSync(`${object}.sig`).mode & 0o022).toBe(0);
  });

  test('replaces an older signature, a symlink too, whole, and leaves nothing else', () => {
    directory.write('target', 'precious');
    symlinkSync('target', `${object}.sig`);

    run('--key', keyFile, object);

    expect(checkSignature(object, bpfObject(), [lineOf(key)])).toBeUndefined();
    expect(readFileSync(path.join(directory.path, 'target'), 'utf8')).toBe('precious');
    expect(readdirSync(directory.path).toSorted()).toEqual([
      'a.bpf.o',
      'a.bpf.o.sig',
      'key.pem',
      'target',
    ]);
  });

  test('prints the same facts as JSON', () => {
    const { out } = run('--json', '--key', keyFile, object);

    expect(JSON.parse(out)).toEqual({
      public_key: lineOf(key),
      signed: [{ object, signature: `${object}.sig` }],
    });
  });

  test.each([0o604, 0o640, 0o602])('warns of a key of mode %o', (mode) => {
    chmodSync(keyFile, mode);

    const { status, log } = run('--key', keyFile, object);

    expect(status).toBe(0);
    expect(log).toBe(
      `warning: others can use the private key "${keyFile}"\n  hint: chmod 600 ${keyFile}\n`,
    );
  });

  test('signs nothing if one of them is no BPF object, and says what is wrong with each', () => {
    const text = directory.write('m.yaml', 'version: 1\n');
    const missing = path.join(directory.path, 'none.bpf.o');

    const failure = failureOf('--key', keyFile, object, text, missing);

    expect(failure.exitStatus).toBe(65);
    expect(failure instanceof InvalidError && failure.diagnostics).toMatchObject([
      { file: text, code: 'not-elf' },
      { file: missing, code: 'no-such-file' },
    ]);
    expect(existsSync(`${object}.sig`)).toBe(false);
  });

  test('says what it cannot write', () => {
    mkdirSync(`${object}.sig`);
    chmodSync(directory.path, 0o755);
    chmodSync(keyFile, 0o644);

    expect(failureOf('--key', keyFile, object)).toMatchObject({
      message: `cannot write "${object}.sig": EISDIR`,
      exitStatus: 1,
    });
    expect(withoutPrivileges(() => failureOf('--key', keyFile, object)).exitStatus).toBe(
      process.geteuid?.() === 0 ? 77 : 1,
    );
    expect(readdirSync(directory.path).toSorted()).toEqual(['a.bpf.o', 'a.bpf.o.sig', 'key.pem']);
  });
});

describe('making a key', () => {
  test('writes it for the owner alone, and prints what the manifest must trust', () => {
    const made = path.join(directory.path, 'new.pem');

    const { status, out } = run('--generate-key', made);
    run('--key', made, object);

    const line = /^ {4}- (.*)$/m.exec(out)?.[1] ?? '';
    expect(status).toBe(0);
    expect(out).toContain(`${made}: the private key;`);
    expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(checkSignature(object, bpfObject(), [line])).toBeUndefined();
  });

  test('prints the same facts as JSON', () => {
    const made = path.join(directory.path, 'new.pem');

    const facts: unknown = JSON.parse(run('--json', '--generate-key', made).out);

    expect(facts).toEqual({
      private_key: made,
      public_key: expect.stringMatching(/^MCow/) as unknown,
    });
  });

  test('never overwrites one, nor what a symlink leads to', () => {
    symlinkSync('nothing', path.join(directory.path, 'link.pem'));

    const failures = ['key.pem', 'link.pem'].map((name) =>
      failureOf('--generate-key', path.join(directory.path, name)),
    );

    expect(failures.map(({ exitStatus }) => exitStatus)).toEqual([3, 3]);
    expect(readFileSync(keyFile, 'utf8')).toBe(pem);
    expect(existsSync(path.join(directory.path, 'nothing'))).toBe(false);
  });

  test('says what it cannot write', () => {
    expect(failureOf('--generate-key', path.join(directory.path, 'none/key.pem'))).toMatchObject({
      message: `cannot write "${directory.path}/none/key.pem": ENOENT`,
      exitStatus: 1,
    });
  });
});

test.each([
  [['a.bpf.o'], '"sign" needs a private key'],
  [['--key', 'k.pem'], '"sign" is missing an argument'],
  [
    ['--key', 'k.pem', '--generate-key', 'n.pem'],
    '"--key" and "--generate-key" exclude each other',
  ],
  [['--generate-key', 'n.pem', 'a.bpf.o'], '"--generate-key" does not take "a.bpf.o"'],
])('sign %j: %s', (args, message) => {
  expect(failureOf(...args)).toMatchObject({ message, exitStatus: 64 });
});
