import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * An Ed25519 key from the line that stands for it in a manifest: the base64 of its SubjectPublicKeyInfo (RFC 8410),
 * which is what openssl prints between BEGIN and END. The line must be one that the schema takes.
 */
export function publicKey(line: string): KeyObject {
  return createPublicKey({ key: Buffer.from(line, 'base64'), format: 'der', type: 'spki' });
}

/** The line that stands for a key in a manifest, be it given the public or the private half. */
export function lineOf(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return half.export({ format: 'der', type: 'spki' }).toString('base64');
}

const p = 2n ** 255n - 19n;
const ofOrder8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** The y coordinates of the points of order 1, 2, 4 and 8 (RFC 8032, section 5.1, has the curve). */
const small: ReadonlySet<bigint> = new Set([0n, 1n, p - 1n, ofOrder8, p - ofOrder8]);

/**
 * Whether anybody could sign for this key: OpenSSL verifies against a point of small order too, and one signature
 * fits every eighth message or more. A placeholder such as 43 times "A" is one.
 */
export function isWeak(line: string): boolean {
  const point = Buffer.from(line, 'base64').subarray(-32);
  const coordinate = BigInt(`0x${Buffer.from(point.toReversed()).toString('hex')}`);
  return small.has((coordinate & (2n ** 255n - 1n)) % p); // the highest bit is the sign of x
}
