import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Problem } from '../base/diagnostic.ts';
import { nowhere, quoted } from '../base/diagnostic.ts';
import { InvalidError, PrivilegeError } from '../base/errors.ts';
import { inShell } from '../base/shell.ts';
import { noPermission, readRegularFile } from './read-regular-file.ts';

export interface PrivateKey {
  readonly key: KeyObject;
  /** The permission bits of its file. */
  readonly mode: number;
}

const largestKey = 2 ** 16;

/**
 * Reads an Ed25519 private key, as `openssl genpkey -algorithm ed25519` makes it: PEM, not encrypted.
 * Throws an `InvalidError` that says what it is instead, or a `PrivilegeError` if the file may not be read.
 */
export function readPrivateKey(file: string): PrivateKey {
  let mode = 0;
  const contents = readRegularFile(file, largestKey, (_, opened) => (mode = opened.mode & 0o777));
  if ('problem' in contents) throw unreadable(file, contents.problem);
  const text = Buffer.from(contents.bytes).toString('latin1');
  const known = otherForms.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) throw unfit(file, known.message, known.hint(inShell(file)));
  const key = parse(file, text);
  const type = key.asymmetricKeyType ?? 'another algorithm';
  if (type === 'ed25519') return { key, mode };
  throw unfit(file, `the private key is for ${type}, not for ed25519`, makeOne);
}

/** A new private key, and the text of its file. */
export function makePrivateKey(): { readonly key: KeyObject; readonly pem: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { key: privateKey, pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

const makeOne = 'make one with "fentryctl sign --generate-key PRIVATE.pem"';

interface OtherForm {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: (file: string) => string;
}

/** What people have in such files as well; OpenSSL's own words for these help nobody. */
const otherForms: readonly OtherForm[] = [
  {
    pattern: /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m,
    message: 'the private key is encrypted, and nobody is asked for its passphrase',
    hint: (file) => `decrypt it for a moment: (umask 077; openssl pkey -in ${file} -out PLAIN.pem)`,
  },
  {
    pattern: /-----BEGIN OPENSSH PRIVATE KEY-----/,
    message: "the private key is in OpenSSH's own form, not in PKCS #8",
    hint: () => makeOne,
  },
  {
    pattern: /-----BEGIN PUBLIC KEY-----/,
    message: 'this is the public key',
    hint: () => 'only the private one can sign',
  },
];

function parse(file: string, text: string): KeyObject {
  try {
    return createPrivateKey({ key: text, format: 'pem' });
  } catch {
    throw unfit(file, 'not a private key in PEM', makeOne); // OpenSSL says "unsupported", whatever it is
  }
}

function unreadable(file: string, { code, message, hint }: Problem): Error {
  if (code === noPermission) {
    return new PrivilegeError(`cannot read private key ${quoted(file)}: permission denied`);
  }
  return unfit(file, `the private key ${message}`, hint);
}

function unfit(file: string, message: string, hint: string | undefined): InvalidError {
  const problem = { code: 'bad-private-key', message, hint };
  return new InvalidError(`cannot sign with ${quoted(file)}`, [{ file, ...nowhere, ...problem }]);
}
