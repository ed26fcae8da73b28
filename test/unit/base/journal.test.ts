import { expect, test } from 'vitest';
import { isJournal, journalEntry, journalLogger } from '../../../src/base/journal.ts';
import type { Logger } from '../../../src/base/logger.ts';

const fallen: string[] = [];
const note = (message: string): void => void fallen.push(message);
const fallback: Logger = { info: note, warn: note, error: note };

test('an entry has a priority, a message for people, and its fields by name', () => {
  const fields = { file: '/etc/a b.yaml', 'no-such': undefined, max_ms: 12, ok: true };

  expect(journalEntry('error', 'failed', fields)).toBe(
    [
      'PRIORITY=3',
      'SYSLOG_IDENTIFIER=fentryctl',
      'MESSAGE=failed  file="/etc/a b.yaml" max_ms=12 ok=true',
      'FENTRYCTL_FILE=/etc/a b.yaml',
      'FENTRYCTL_MAX_MS=12',
      'FENTRYCTL_OK=true',
      '',
    ].join('\n'),
  );
});

test('no value can begin another field', () => {
  const entry = journalEntry('info', 'a\nPRIORITY=0', { error: 'x\r\nMESSAGE=y\0' });

  expect(entry.match(/^[A-Z_]+(?==)/gm)).toEqual([
    'PRIORITY',
    'SYSLOG_IDENTIFIER',
    'MESSAGE',
    'FENTRYCTL_ERROR',
  ]);
});

test('each level has its priority', () => {
  const sent: string[] = [];
  const log = journalLogger((entry) => sent.push(entry), fallback);

  log.info('a');
  log.warn('b');
  log.error('c');

  expect(sent.map((entry) => entry.split('\n')[0])).toEqual([
    'PRIORITY=6',
    'PRIORITY=4',
    'PRIORITY=3',
  ]);
});

test('what the journal does not take goes elsewhere', () => {
  const log = journalLogger(() => {
    throw new Error('sendto: EMSGSIZE');
  }, fallback);

  log.warn('long', { text: 'x' });

  expect(fallen).toEqual(['long']);
});

test.each([
  ['8:12', true],
  ['8:13', false],
  ['', false],
  [undefined, false],
])('a stream of %s', (stream, expected) => {
  expect(isJournal({ dev: 8, ino: 12 }, stream)).toBe(expected);
});
