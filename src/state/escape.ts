const plain = /[A-Za-z0-9_-]/;
const allPlain = /^[A-Za-z0-9_-]+$/;
const escaped = /^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+$/;

/**
 * Makes any name fit one path component of bpffs, which refuses dots (kernel/bpf/inode.c, `bpf_lookup`):
 * everything but letters, digits, `_` and `-` becomes `%` and two hex digits for each byte of its UTF-8.
 */
export function escapeName(name: string): string {
  if (allPlain.test(name)) return name;
  return [...name].map((letter) => (plain.test(letter) ? letter : escapeLetter(letter))).join('');
}

/** The inverse of `escapeName`; `undefined` for anything that `escapeName` would not have written. */
export function unescapeName(component: string): string | undefined {
  if (allPlain.test(component)) return component;
  if (!escaped.test(component)) return undefined;
  const name = decode(component);
  return name !== undefined && escapeName(name) === component ? name : undefined;
}

function escapeLetter(letter: string): string {
  return [...new TextEncoder().encode(letter)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

function decode(component: string): string | undefined {
  try {
    return decodeURIComponent(component);
  } catch {
    return undefined; // bytes that are no UTF-8
  }
}
