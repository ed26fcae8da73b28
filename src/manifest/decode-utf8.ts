import type { Diagnostic } from '../base/diagnostic.ts';
import { invalid } from './invalid.ts';

/** Decodes a manifest's bytes; throws an `InvalidError` that points at the first byte that is not UTF-8. */
export function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(file, [notUtf8(file, bytes)]);
  }
}

function notUtf8(file: string, bytes: Uint8Array): Diagnostic {
  const offset = validLength(bytes);
  const before = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n');
  const lineStart = bytes.subarray(0, offset).lastIndexOf(newline) + 1;
  const lineEnd = bytes.indexOf(newline, offset);
  const line = bytes.subarray(lineStart, lineEnd === -1 ? undefined : lineEnd);
  return {
    file,
    line: before.length,
    column: [...(before.at(-1) ?? '')].length + 1,
    length: 1,
    sourceLine: new TextDecoder().decode(line).replace(/\r$/, ''),
    code: 'not-utf8',
    message: `byte ${offset} of the manifest is not UTF-8`,
    hint: isUtf16(bytes) ? 'it looks like UTF-16: save it as UTF-8' : 'save it as UTF-8',
  };
}

const newline = 0x0a;

/** How many bytes from the start are whole UTF-8 characters; found by bisection, as the decoder does not tell. */
function validLength(bytes: Uint8Array): number {
  let valid = 0;
  let broken = bytes.length + 1;
  while (broken - valid > 1) {
    const middle = Math.floor((valid + broken) / 2);
    if (startsValid(bytes.subarray(0, middle))) valid = middle;
    else broken = middle;
  }
  return wholeCharacters(bytes.subarray(0, valid));
}

/** Whether it can be the beginning of a UTF-8 text: it may end within a character. */
function startsValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The length without a character that is cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  const start = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.length - start < (bytes[start] ?? 0).toString(2).indexOf('0') ? start : bytes.length;
}

function isUtf16(bytes: Uint8Array): boolean {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return mark === 0xfffe || mark === 0xfeff;
}
