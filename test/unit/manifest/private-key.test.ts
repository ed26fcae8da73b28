import { generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { array, assert, constantFrom, oneof, property, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { PrivilegeError } from '../../../src/base/errors.ts';
import { makePrivateKey, readPrivateKey } from '../../../src/manifest/private-key.ts';
import { lineOf, publicKey } from '../../../src/manifest/public-key.ts';
import { signatureOf } from '../../../src/manifest/signature.ts';
import { diagnosticsOf, temporaryDirectory, withoutPrivileges } from './sample.ts';

const { privateKey: ed25519, publicKey: itsPublic } = generateKeyPairSync('ed25519');
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const;
const passphrase = { cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

test('a key that was made is read, and signs what its public half verifies', () => {
  using directory = temporaryDirectory();
  const made = makePrivateKey();
  const file = directory.write('key.pem', made.pem);
  chmodSync(file, 0o640);

  const { key, mode } = readPrivateKey(file);

  const bytes = Buffer.from('object');
  expect(mode).toBe(0o640);
  expect(verify(null, bytes, publicKey(lineOf(made.key)), signatureOf(bytes, key))).toBe(true);
});

test.each<[what: string, text: string | Buffer, message: RegExp, hint: RegExp]>([
  ['an empty file', '', /^not a private key in PEM$/, /--generate-key/],
  ['something else', 'version: 1\n', /^not a private key in PEM$/, /--generate-key/],
  ['DER', ed25519.export({ format: 'der', type: 'pkcs8' }), /not a private key in PEM/, /generate/],
  [
    'the public key',
    itsPublic.export({ format: 'pem', type: 'spki' }),
    /is the public key/,
    /sign/,
  ],
  [
    'an encrypted key',
    ed25519.export({ ...pkcs8, ...passphrase }),
    /encrypted/,
    /openssl pkey -in/,
  ],
  [
    'an encrypted key of old',
    elliptic.export({ format: 'pem', type: 'sec1', ...passphrase }),
    /encrypted/,
    /decrypt/,
  ],
  [
    'an RSA key',
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pkcs8),
    /is for rsa, not for ed25519/,
    /--generate-key/,
  ],
  ['an EC key', elliptic.export(pkcs8), /is for ec, not for ed25519/, /--generate-key/],
  [
    'an Ed448 key',
    generateKeyPairSync('ed448').privateKey.export(pkcs8),
    /is for ed448, not for ed25519/,
    /--generate-key/,
  ],
  [
    'a key of ssh-keygen',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n',
    /OpenSSH's own form/,
    /--generate-key/,
  ],
  ['half a key', ed25519.export(pkcs8).slice(0, 60), /not a private key in PEM/, /generate/],
])('%s is refused', (_, text, message, hint) => {
  using directory = temporaryDirectory();
  const file = directory.write('key.pem', text);

  const [found, ...more] = diagnosticsOf(() => readPrivateKey(file));

  expect(found).toMatchObject({ file, line: 0, code: 'bad-private-key' });
  expect(found?.message).toMatch(message);
  expect(found?.hint).toMatch(hint);
  expect(more).toEqual([]);
});

test('a directory, and nothing', () => {
  using directory = temporaryDirectory();
  mkdirSync(path.join(directory.path, 'key.pem'));

  const messageFor = (name: string): string | undefined =>
    diagnosticsOf(() => readPrivateKey(path.join(directory.path, name)))[0]?.message;

  expect(messageFor('key.pem')).toBe('the private key is a directory, not a regular file');
  expect(messageFor('none.pem')).toBe('the private key does not exist');
});

test('a file that this user may not read', () => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  const file = directory.write('key.pem', makePrivateKey().pem);
  chmodSync(file, 0);

  expect(() => withoutPrivileges(() => readPrivateKey(file))).toThrow(PrivilegeError);
});

test('any bytes are refused with one diagnostic', () => {
  using directory = temporaryDirectory();
  const lines = String(ed25519.export(pkcs8)).split('\n');
  const pieces = constantFrom(...lines, '\n', '-----BEGIN PRIVATE KEY-----', 'RSA', 'ENCRYPTED');
  const text = array(oneof(pieces, string({ maxLength: 5 })), { maxLength: 8 }).map((parts) =>
    Buffer.from(parts.join('')),
  );
  assert(
    property(oneof(uint8Array({ maxLength: 300 }), text), (bytes) => {
      const file = directory.write('key.pem', bytes);

      expect(diagnosticsOf(() => readPrivateKey(file))).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});
