import { printableCharacter } from '../printable.ts';

/** A text whose every character takes one column of a terminal, which only ASCII promises: others are written as escapes. */
export function oneColumnEach(text: string): string {
  return /^[ -~]*$/.test(text) ? text : Array.from(text, narrow).join('');
}

function narrow(character: string): string {
  const printed = printableCharacter(character);
  if (/^[ -~]*$/.test(printed)) return printed;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
