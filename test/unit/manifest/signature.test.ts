import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, nat, property, uint8Array } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/base/diagnostic.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { readPrivateKey } from '../../../src/manifest/private-key.ts';
import { lineOf } from '../../../src/manifest/public-key.ts';
import { checkSignature, signatureFileOf, signatureOf } from '../../../src/manifest/signature.ts';
import { bpfObject } from './elf-file.ts';
import { diagnosticsOf, temporaryDirectory, library, recordingLibrary } from './sample.ts';
import type { Directory } from './sample.ts';

const ours = generateKeyPairSync('ed25519').privateKey;
const theirs = generateKeyPairSync('ed25519').privateKey;
const keys = [lineOf(theirs), lineOf(ours)];
const bytes = bpfObject();
const good = signatureOf(bytes, ours);

/** A directory with an object file, and what `make` puts beside it. */
function signed(make: (signature: string) => void): Directory {
  const directory = temporaryDirectory();
  make(signatureFileOf(directory.write('o.bpf.o', bytes)));
  return directory;
}

function check(make: (signature: string) => void): Problem | undefined {
  using directory = signed(make);
  return checkSignature(path.join(directory.path, 'o.bpf.o'), bytes, keys);
}

function put(contents: Uint8Array): (signature: string) => void {
  return (file) => writeFileSync(file, contents);
}

describe('taken', () => {
  test.each<[what: string, make: (signature: string) => void]>([
    ['the signature of one key', put(good)],
    ['that of the other', put(signatureOf(bytes, theirs))],
    [
      'a symlink to it',
      (file) => {
        writeFileSync(`${file}.elsewhere`, good);
        symlinkSync(path.basename(`${file}.elsewhere`), file);
      },
    ],
  ])('%s', (_, make) => {
    expect(check(make)).toBeUndefined();
  });
});

describe('refused', () => {
  test.each<[what: string, make: (signature: string) => void, code: string, message: RegExp]>([
    ['no signature', () => {}, 'unsigned', /not signed: "o\.bpf\.o\.sig" does not exist$/],
    ['a dangling symlink', (file) => symlinkSync('none', file), 'unsigned', /does not exist$/],
    [
      'that of a key that is not trusted',
      put(signatureOf(bytes, generateKeyPairSync('ed25519').privateKey)),
      'wrong-signature',
      /fits none of the keys under "trust"$/,
    ],
    [
      'that of other bytes',
      put(signatureOf(Buffer.concat([bytes, Buffer.of(0)]), ours)),
      'wrong-signature',
      /fits none/,
    ],
    ['an empty file', put(Buffer.of()), 'bad-signature', /it has 0 bytes, not 64 bytes$/],
    ['63 bytes', put(good.subarray(0, 63)), 'bad-signature', /it has 63 bytes, not 64/],
    ['65 bytes', put(Buffer.concat([good, Buffer.of(10)])), 'bad-signature', /it has more/],
    ['base64', put(Buffer.from(Buffer.from(good).toString('base64'))), 'bad-signature', /has more/],
    [
      'a terabyte, sparse',
      (file) => {
        writeFileSync(file, good);
        truncateSync(file, 2 ** 40);
      },
      'bad-signature',
      /it has more, not 64 bytes$/,
    ],
    [
      'a FIFO',
      (file) => execFileSync('mkfifo', [file]),
      'bad-signature',
      /^the signature "o\.bpf\.o\.sig" is a FIFO, not a regular file$/,
    ],
    ['a directory', (file) => mkdirSync(file), 'bad-signature', /is a directory/],
    ['a device', (file) => symlinkSync('/dev/zero', file), 'bad-signature', /is a device/],
    ['a symlink to itself', (file) => symlinkSync(file, file), 'bad-signature', /ELOOP/],
  ])('%s', (_, make, code, message) => {
    const problem = check(make);

    expect(problem?.code).toBe(code);
    expect(problem?.message).toMatch(message);
    expect(problem?.hint).toMatch(/sign it/);
  });

  test('any other 64 bytes', () => {
    using directory = signed(() => {});
    const object = path.join(directory.path, 'o.bpf.o');
    assert(
      property(uint8Array({ minLength: 64, maxLength: 64 }), (signature) => {
        writeFileSync(signatureFileOf(object), signature);

        expect(checkSignature(object, bytes, keys)?.code).toBe('wrong-signature');
      }),
    );
  });

  test('any bytes at all, without a crash', () => {
    using directory = signed(() => {});
    const object = path.join(directory.path, 'o.bpf.o');
    assert(
      property(uint8Array({ maxLength: 200 }), (signature) => {
        writeFileSync(signatureFileOf(object), signature);

        expect(checkSignature(object, bytes, keys)?.code).toMatch(/^(bad|wrong)-signature$/);
      }),
    );
  });

  test('one bit that was changed, in the signature or in the object', () => {
    using directory = signed(() => {});
    const object = path.join(directory.path, 'o.bpf.o');
    const flipped = (from: Uint8Array, bit: number): Uint8Array => {
      const copy = Uint8Array.from(from);
      const index = Math.floor(bit / 8) % copy.length;
      copy[index] = (copy[index] ?? 0) ^ (1 << (bit % 8));
      return copy;
    };
    assert(
      property(nat(64 * 8 - 1), nat(bytes.length * 8 - 1), (ofSignature, ofObject) => {
        writeFileSync(signatureFileOf(object), flipped(good, ofSignature));
        expect(checkSignature(object, bytes, keys)?.code).toBe('wrong-signature');

        writeFileSync(signatureFileOf(object), good);
        expect(checkSignature(object, flipped(bytes, ofObject), keys)?.code).toBe(
          'wrong-signature',
        );
      }),
    );
  });
});

describe('a manifest that trusts keys', () => {
  const text = (file: string, key = lineOf(ours)): string =>
    `version: 1\ntrust: { keys: [${key}] }\nobjects:\n  o:\n    file: ${file}\n    programs: { on_unlink: vfs_read }\n`;

  test('takes signed objects', () => {
    using directory = signed(put(good));
    const manifest = loadManifest(directory.write('m.yaml', text('o.bpf.o')));

    expect(loadObjects(manifest, library)).toHaveLength(1);
    expect(manifest.manifest.trustedKeys).toEqual([lineOf(ours)]);
  });

  test('says at "file" what is wrong, and libbpf never sees the object', () => {
    using directory = signed(put(signatureOf(bytes, theirs)));
    const manifest = loadManifest(directory.write('m.yaml', text('o.bpf.o')));
    const inspected: string[] = [];

    const found = diagnosticsOf(() => loadObjects(manifest, recordingLibrary(inspected)));

    expect(found).toMatchObject([{ code: 'wrong-signature', line: 5, column: 11, length: 7 }]);
    expect(inspected).toEqual([]);
  });

  test('wants the signature beside the name that it gives, not behind a symlink', () => {
    using directory = signed(put(good));
    symlinkSync('o.bpf.o', path.join(directory.path, 'current.bpf.o'));
    const manifest = loadManifest(directory.write('m.yaml', text('current.bpf.o')));

    const [found] = diagnosticsOf(() => loadObjects(manifest, library));

    expect(found?.message).toContain('"current.bpf.o.sig" does not exist');
    expect(found?.hint).toContain(`fentryctl sign --key PRIVATE.pem ${directory.path}/current`);
  });

  test('does not trust a weak key', () => {
    using directory = temporaryDirectory();
    const weak = `MCowBQYDK2VwAyEA${'A'.repeat(43)}=`;

    const found = diagnosticsOf(() => loadManifest(directory.write('m.yaml', text('o', weak))));

    expect(found).toMatchObject([{ code: 'weak-key', line: 2, column: 17, length: 60 }]);
  });
});

describe.skipIf(spawnSync('openssl', ['version']).error !== undefined)(
  'openssl (if there is one)',
  () => {
    const directory = temporaryDirectory();
    afterAll(() => directory[Symbol.dispose]());
    const openssl = (...args: readonly string[]): string =>
      execFileSync('openssl', args, { cwd: directory.path, encoding: 'utf8', stdio: 'pipe' });

    test('makes keys and signatures that are taken, and takes ours', () => {
      const object = directory.write('o.bpf.o', bytes);
      openssl('genpkey', '-algorithm', 'ed25519', '-out', 'key.pem');
      const [, line = ''] = openssl('pkey', '-in', 'key.pem', '-pubout').split('\n');
      const signing = ['-inkey', 'key.pem', '-rawin', '-in', 'o.bpf.o'];
      openssl('pkeyutl', '-sign', ...signing, '-out', 'o.bpf.o.sig');

      const problem = checkSignature(object, bytes, [line]);
      const { key } = readPrivateKey(path.join(directory.path, 'key.pem'));
      directory.write('ours.sig', signatureOf(bytes, key));
      const verified = openssl('pkeyutl', '-verify', ...signing, '-sigfile', 'ours.sig');

      expect(problem).toBeUndefined();
      expect(verified).toContain('Signature Verified Successfully');
    });
  },
);
