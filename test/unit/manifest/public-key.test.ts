import { generateKeyPairSync, verify } from 'node:crypto';
import { assert, constantFrom, oneof, property, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { isWeak, lineOf, publicKey } from '../../../src/manifest/public-key.ts';
import { validate } from '../../../src/manifest/validate.ts';

const prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The line for a point, given as the 32 bytes of RFC 8032. */
function lineFor(point: Uint8Array): string {
  return Buffer.concat([prefix, point]).toString('base64');
}

/** What the schema says about a manifest that trusts this key. */
function codesFor(key: unknown): readonly string[] {
  const programs = { count_lookup: 'vfs_read' };
  const value = { version: 1, trust: { keys: [key] }, objects: { o: { file: 'o.o', programs } } };
  return validate('m.yaml', value, () => ({ line: 1, column: 1, length: 1 })).map(
    ({ code }) => code,
  );
}

test('a key becomes a line, and a line the key', () => {
  const { publicKey: key, privateKey } = generateKeyPairSync('ed25519');

  const line = lineOf(key);

  expect(line).toMatch(/^MCowBQYDK2VwAyEA.{43}=$/);
  expect(lineOf(privateKey)).toBe(line);
  expect(publicKey(line).equals(key)).toBe(true);
  expect(codesFor(line)).toEqual([]);
  expect(isWeak(line)).toBe(false);
});

test('any point has a line that the schema takes and that can be verified against', () => {
  assert(
    property(uint8Array({ minLength: 32, maxLength: 32 }), (point) => {
      const line = lineFor(point);

      expect(codesFor(line)).toEqual([]);
      expect(verify(null, point, publicKey(line), new Uint8Array(64).fill(0xff))).toBe(false);
    }),
  );
});

test('any other text is refused by the schema', () => {
  const good = lineFor(Buffer.alloc(32, 7));
  const change = oneof(
    string().map((text) => good + text),
    string(),
    string({ minLength: 60, maxLength: 60, unit: constantFrom('M', 'A', '+', '=', '\n') }),
    constantFrom(good.slice(1), good.slice(0, -1), `${good}\n`, ` ${good}`, good.toLowerCase()),
  ).filter((text) => text !== good);
  assert(
    property(change, (text) => {
      expect(codesFor(text)).toEqual(['bad-name']);
    }),
  );
});

test.each([
  ['a PEM', '-----BEGIN PUBLIC KEY-----\nMCow…\n-----END PUBLIC KEY-----\n', 'bad-name'],
  ['the 32 bytes alone', Buffer.alloc(32, 7).toString('base64'), 'bad-name'],
  ['bits that no byte has', lineFor(Buffer.alloc(32, 7)).replace(/.=$/, 'B='), 'bad-name'],
  ['a number', 7, 'wrong-type'],
  ['nothing', null, 'no-value'],
])('%s is no key', (_, text, code) => {
  expect(codesFor(text)).toEqual([code]);
});

// Little-endian, the highest bit the sign of x; 0 and 1 also written as p and p + 1.
const ofOrder8 = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
const otherOfOrder8 = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a';
const minusOne = `ec${'ff'.repeat(30)}7f`;
const smallPoints = [
  ['order 1', `01${'00'.repeat(31)}`],
  ['order 2', minusOne],
  ['order 4', '00'.repeat(32)],
  ['order 4, x negative', `${'00'.repeat(31)}80`],
  ['order 8', ofOrder8],
  ['order 8, x negative', ofOrder8.replace(/05$/, '85')],
  ['order 8, the other', otherOfOrder8],
  ['order 8, the other, x negative', otherOfOrder8.replace(/7a$/, 'fa')],
] as const;

test.each(smallPoints)('a point of %s is weak: a signature without a key fits it', (_, hex) => {
  const line = lineFor(Buffer.from(hex, 'hex'));
  // R is the neutral element, S is 0.
  const forged = Buffer.alloc(64);
  forged[0] = 1;
  const messages = Array.from({ length: 200 }, (_none, index) => Buffer.from(String(index)));

  expect(messages.some((message) => verify(null, message, publicKey(line), forged))).toBe(true);
  expect(isWeak(line)).toBe(true);
});

test.each([
  ['0 as p', `ed${'ff'.repeat(30)}7f`],
  ['1 as p + 1', `ee${'ff'.repeat(30)}7f`],
  ['1, x negative', `01${'00'.repeat(30)}80`],
])('a point of small order in disguise is weak: %s', (_, hex) => {
  expect(isWeak(lineFor(Buffer.from(hex, 'hex')))).toBe(true);
});
