/** Characters that mean nothing to systemd within a word (systemd.syntax(7)). */
const plain = /^[\w./:@+,=-]+$/;

/** An argument of a command line in a unit, as it stands, whatever is in it (systemd.service(5), "Command lines"). */
export function commandWord(text: string): string {
  return unitWord(text).replaceAll('$', '$$$$');
}

/** A path, or a program's, in a unit: specifiers mean nothing in it, and blanks do not end it. */
export function unitWord(text: string): string {
  if (plain.test(text)) return text;
  const escaped = text
    .replaceAll('%', '%%')
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(/\p{Cc}/gu, (character) => String.raw`\x${hex(character)}`);
  return `"${escaped}"`;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
}
