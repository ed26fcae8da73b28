export type LogField = string | number | boolean;

/** The variable part of a log line; what is `undefined` is left out. */
export type LogFields = Readonly<Record<string, LogField | undefined>>;

type Log = (message: string, fields?: LogFields) => void;

/** Messages are constant, so that they can be searched for; what varies is in the fields. */
export interface Logger {
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
}

export type Level = keyof Logger;

/** One line an entry, for people: `TIME level  message  name=value …`. */
export function textLogger(write: (line: string) => void, now: () => Date): Logger {
  return leveled((level, message, fields) => {
    write(`${now().toISOString()} ${level.padEnd(5)}  ${entryText(message, fields)}\n`);
  });
}

/** One JSON object a line, for programs. */
export function jsonLogger(write: (line: string) => void, now: () => Date): Logger {
  return leveled((level, message, fields) => {
    const entry = { time: now().toISOString(), level, message, ...fields };
    write(`${JSON.stringify(entry)}\n`);
  });
}

/** A message and its fields for people: `message  name=value …`. */
export function entryText(message: string, fields: LogFields): string {
  const pairs = given(fields).map(([name, value]) => `${name}=${textOf(value)}`);
  return pairs.length === 0 ? message : `${message}  ${pairs.join(' ')}`;
}

/** The same logger, with these fields in each entry. */
export function withFields(log: Logger, fields: LogFields): Logger {
  const at =
    (level: Level): Log =>
    (message, more) =>
      log[level](message, { ...fields, ...more });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** A logger of one function. */
export function leveled(log: (level: Level, message: string, fields: LogFields) => void): Logger {
  const at =
    (level: Level): Log =>
    (message, fields = {}) =>
      log(level, message, fields);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** Without those that are left out. */
export function given(fields: LogFields): readonly (readonly [name: string, value: LogField])[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : ([[name, value]] as const),
  );
}

/** Bare where it can be; else in quotes, and without a character that a terminal would obey. */
function textOf(value: LogField): string {
  const text = String(value);
  if (/^[\w./:@%+,-]+$/.test(text)) return text;
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
