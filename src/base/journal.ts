import type { Level, LogFields, Logger } from './logger.ts';
import { entryText, given, leveled } from './logger.ts';

/** As syslog(3) numbers them. */
const priorities: Readonly<Record<Level, number>> = { error: 3, warn: 4, info: 6 };

/**
 * Entries of systemd's journal, each with its fields beside its message: `name` is FENTRYCTL_NAME there. `send` delivers one to
 * the journal's socket; where it throws, the entry goes to `fallback`.
 */
export function journalLogger(send: (entry: string) => void, fallback: Logger): Logger {
  return leveled((level, message, fields) => {
    try {
      send(journalEntry(level, message, fields));
    } catch {
      fallback[level](message, fields);
    }
  });
}

/** Whether what is written to a file with these numbers goes to the journal (systemd.exec(5), `$JOURNAL_STREAM`). */
export function isJournal(
  { dev, ino }: { readonly dev: number; readonly ino: number },
  stream: string | undefined,
): boolean {
  return stream === `${dev}:${ino}`;
}

/** In the journal's own protocol (systemd's "Native Journal Protocol"): no value of ours has a line break in it. */
export function journalEntry(level: Level, message: string, fields: LogFields): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['PRIORITY', String(priorities[level])],
    ['SYSLOG_IDENTIFIER', 'fentryctl'],
    ['MESSAGE', entryText(message, fields)],
    ...given(fields).map(
      ([name, value]) => [`FENTRYCTL_${fieldName(name)}`, String(value)] as const,
    ),
  ];
  return pairs.map(([name, value]) => `${name}=${value.replaceAll(/[\r\n]+/g, ' ')}\n`).join('');
}

/** The journal takes capital letters, digits and underscores. */
function fieldName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}
