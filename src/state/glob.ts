/**
 * Whether a glob stands for a whole name: `*` for any number of characters, `?` for one, neither for a colon. So a glob
 * without a colon means functions of the kernel itself, and one with a colon functions of modules.
 */
export function globMatches(glob: string, name: string): boolean {
  const globs = glob.split(':');
  const parts = name.split(':');
  return (
    globs.length === parts.length &&
    globs.every((part, index) => partMatches(part, parts[index] ?? ''))
  );
}

/** Whether a text has a character that stands for others. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** Only the last star is ever tried again with more characters, so that no glob takes long, as it would as a RegExp. */
function partMatches(glob: string, text: string): boolean {
  let [at, star, retry] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    if (glob[at] === '*') {
      star = at;
      retry = index;
      at += 1;
    } else if (glob[at] === '?' || glob[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star === -1) return false;
    else {
      at = star + 1;
      retry += 1;
      index = retry;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
