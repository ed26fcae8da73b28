import { printableCharacter } from './printable.ts';

export interface Excerpt {
  /** The line, or the part of it around the problem, safe for a terminal. */
  readonly text: string;
  /** Goes below the text: spaces, then a caret for each column of the problem. */
  readonly caret: string;
}

const widest = 120;
/** How much of a long line is shown before the problem. */
const before = 40;

/** Cuts a line to what a terminal shows; `column` counts characters from 1. */
export function excerpt(line: string, column: number, length: number): Excerpt {
  const characters = Array.from(line);
  const rest = Math.max(0, characters.length - widest);
  const from = Math.min(rest, Math.max(0, column - 1 - before));
  const shown = characters.slice(from, from + widest).map(printableCharacter);
  const at = column - 1 - from;
  const [left, right] = [from > 0 ? '…' : '', from < rest ? '…' : ''];
  return {
    text: left + shown.join('') + right,
    caret:
      ' '.repeat(left.length + width(shown.slice(0, at))) + carets(shown.slice(at, at + length)),
  };
}

function carets(under: readonly string[]): string {
  return '^'.repeat(Math.max(1, width(under)));
}

/** In columns of a terminal. */
function width(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + (columnsOf(text) ?? text.length), 0);
}

/** East Asian characters and emoji take two columns, marks above or below a letter none; escapes are plain text. */
function columnsOf(text: string): number | undefined {
  if (/^[\x20-\x7e]/.test(text)) return undefined;
  if (/^\p{M}/u.test(text)) return 0;
  return wide.test(text) ? 2 : 1;
}

const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
