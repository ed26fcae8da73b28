import { expect, test } from 'vitest';
import type { LogFields, Logger } from '../../../src/base/logger.ts';
import { jsonLogger, textLogger } from '../../../src/base/logger.ts';

const now = () => new Date('2026-11-23T09:00:00Z');

function lineOf(make: typeof textLogger, log: (logger: Logger) => void): string {
  const lines: string[] = [];
  log(make((line) => lines.push(line), now));
  return lines.join('');
}

test.each<[name: string, fields: LogFields, text: string]>([
  ['no field', {}, ''],
  ['bare values', { file: '/etc/a.yaml', ms: 12, ok: true }, '  file=/etc/a.yaml ms=12 ok=true'],
  ['left out', { file: undefined, ms: 1 }, '  ms=1'],
  ['a space', { error: 'not there' }, '  error="not there"'],
  ['a quote and a line break', { error: '"a"\nb' }, String.raw`  error="\"a\"\nb"`],
  ['an empty text', { error: '' }, '  error=""'],
  ['an escape sequence', { file: '\x1b[31m' }, String.raw`  file="\u001b[31m"`],
  ['a change of direction', { file: '\u202etxt' }, String.raw`  file="\u{202e}txt"`],
])('text: %s', (_, fields, text) => {
  expect(lineOf(textLogger, (log) => log.info('changed', fields))).toBe(
    `2026-11-23T09:00:00.000Z info   changed${text}\n`,
  );
});

test('levels are as wide as the widest', () => {
  expect(lineOf(textLogger, (log) => log.error('failed'))).toBe(
    '2026-11-23T09:00:00.000Z error  failed\n',
  );
  expect(lineOf(textLogger, (log) => log.warn('late'))).toBe(
    '2026-11-23T09:00:00.000Z warn   late\n',
  );
});

test('JSON: one object a line', () => {
  expect(
    lineOf(jsonLogger, (log) => log.info('changed', { file: 'a\nb', ms: 1, x: undefined })),
  ).toBe(
    '{"time":"2026-11-23T09:00:00.000Z","level":"info","message":"changed","file":"a\\nb","ms":1}\n',
  );
});
