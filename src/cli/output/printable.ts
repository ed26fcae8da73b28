/** Control, format (direction!) and separator characters, and halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A text without characters that a terminal would obey: they are written as escapes, a tab as a space. */
export function printable(text: string): string {
  return unprintable.test(text) ? Array.from(text, printableCharacter).join('') : text;
}

export function printableCharacter(character: string): string {
  if (character === '\t') return ' ';
  if (!unprintable.test(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`;
}
