/** Another screen, so that the one before is there afterwards, and no cursor (ECMA-48, and xterm's private modes). */
export const enterScreen = '\u001B[?1049h\u001B[?25l';
export const leaveScreen = '\u001B[?25h\u001B[?1049l';

const home = '\u001B[H';
const clearLine = '\u001B[2K';

/**
 * Writes a whole screen over the one before. Each line is cleared before it is written, since after one as long as the terminal is
 * wide the cursor is still on its last character; and the last one has no line break, which would scroll.
 */
export function screenText(lines: readonly string[], height: number): string {
  const all = Array.from({ length: height }, (_, index) => `${clearLine}${lines[index] ?? ''}`);
  return `${home}${all.join('\r\n')}`;
}
