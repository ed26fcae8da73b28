import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import path from 'node:path';
import type { Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { inShell } from '../base/shell.ts';
import { publicKey } from './public-key.ts';
import { readRegularFile } from './read-regular-file.ts';

/** Of Ed25519 (RFC 8032): two numbers of 32 bytes. */
const signatureSize = 64;

/** Where the signature of an object file is: beside it, as the manifest names it, whatever symlinks lead to. */
export function signatureFileOf(object: string): string {
  return `${object}.sig`;
}

/** The signature over an object's bytes as they are: 64 bytes, the same that `openssl pkeyutl -sign -rawin` makes. */
export function signatureOf(bytes: Uint8Array, key: KeyObject): Uint8Array {
  return sign(null, bytes, key);
}

/**
 * What is wrong with the signature beside an object file whose bytes are given; `undefined` if one of the keys
 * (lines that the schema takes) made it. Who may write the signature's file does not matter.
 */
export function checkSignature(
  object: string,
  bytes: Uint8Array,
  keys: readonly string[],
): Problem | undefined {
  const file = signatureFileOf(object);
  const signature = readRegularFile(file, signatureSize);
  const problem =
    'problem' in signature
      ? unreadable(file, signature.problem)
      : checkAgainst(file, signature.bytes, bytes, keys);
  const command = `fentryctl sign --key PRIVATE.pem ${inShell(object)}`;
  return problem && { hint: `sign it: ${command}`, ...problem };
}

function checkAgainst(
  file: string,
  signature: Uint8Array,
  bytes: Uint8Array,
  keys: readonly string[],
): Problem | undefined {
  if (signature.length !== signatureSize) return notOne(file, `${signature.length} bytes`);
  if (keys.some((key) => verify(null, bytes, publicKey(key), signature))) return undefined;
  const message = `the signature ${named(file)} fits none of the keys under "trust"`;
  const hint =
    'the object was changed after it was signed, or signed with another key: sign it again';
  return { code: 'wrong-signature', message, hint };
}

function unreadable(file: string, { code, message }: Problem): Problem {
  if (code === 'too-large') return notOne(file, 'more');
  if (code !== 'no-such-file') {
    return { code: 'bad-signature', message: `the signature ${named(file)} ${message}` };
  }
  return {
    code: 'unsigned',
    message: `the object file is not signed: ${named(file)} does not exist`,
  };
}

function notOne(file: string, size: string): Problem {
  const message = `${named(file)} is no Ed25519 signature: it has ${size}, not ${signatureSize} bytes`;
  return { code: 'bad-signature', message };
}

function named(file: string): string {
  return quoted(path.basename(file));
}
