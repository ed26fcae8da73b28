/** A word as a person would type it into a shell, in single quotes where the shell would read it otherwise. */
export function inShell(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
