import type { Place } from '../base/diagnostic.ts';

/** A text that knows the line and column of every offset. */
export interface SourceText {
  readonly text: string;
  /** The part of `[start, end)` that is on the line of `start`; at least one character long. */
  place(start: number, end: number): Place;
}

export function sourceText(text: string): SourceText {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  // What is missing at the end is missing from the last line, not from the empty one after it.
  const last = text.replace(/[\r\n]+$/, '').length;
  return { text, place: (start, end) => placeIn(text, lineStarts, Math.min(start, last), end) };
}

function placeIn(text: string, lineStarts: readonly number[], start: number, end: number): Place {
  const line = lineOf(lineStarts, start);
  const lineStart = lineStarts[line] ?? 0;
  const sourceLine = text
    .slice(lineStart, (lineStarts[line + 1] ?? Infinity) - 1)
    .replace(/\r$/, '');
  const lineEnd = lineStart + sourceLine.length;
  const at = Math.min(start, lineEnd);
  return {
    line: line + 1,
    column: characters(text.slice(lineStart, at)) + 1,
    length: Math.max(1, characters(text.slice(at, Math.min(end, lineEnd)))),
    sourceLine,
  };
}

/** The index of the line that holds `offset`. */
function lineOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** Editors count a character outside the basic plane as one; JavaScript's strings as two. */
function characters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
