/** Whether a whole name matches. */
export type NameTest = (name: string) => boolean;

/** What one place of a pattern takes: any run of characters, or one character that a test allows. */
type Item = 'run' | ((code: number) => boolean);

/**
 * A glob as a test: `*` is any run of characters, `?` any one, `[a-z_]` and `[!a-z]` one of a set; all else, dots and
 * `$` included, is itself (glob(7), without the rules for files). A bracket that is never closed is a bracket.
 *
 * Takes time in proportion to the lengths of name and pattern, multiplied, whatever the pattern: when what follows a
 * run does not fit, only the last run grows. A regular expression made of the same stars would try them all.
 */
export function globTest(glob: string): NameTest {
  const items = itemsOf(glob);
  if (!items.includes('run') && glob === literalPrefix(glob)) return (name) => name === glob;
  const prefix = literalPrefix(glob);
  return (name) => name.startsWith(prefix) && matches(items, name);
}

/** Whether it has a character that stands for others: `false` means that it matches just itself. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

function literalPrefix(glob: string): string {
  return /^[^*?[]*/.exec(glob)?.[0] ?? '';
}

function matches(items: readonly Item[], name: string): boolean {
  let at = 0;
  let item = 0;
  let afterRun = -1;
  let runEnd = 0;
  while (at < name.length) {
    const wanted = items[item];
    if (wanted === 'run') {
      item += 1;
      if (item === items.length) return true;
      [afterRun, runEnd] = [item, at];
    } else if (wanted?.(name.charCodeAt(at)) === true) {
      at += 1;
      item += 1;
    } else if (afterRun === -1) {
      return false;
    } else {
      runEnd += 1;
      [at, item] = [runEnd, afterRun];
    }
  }
  return items.slice(item).every((left) => left === 'run');
}

function itemsOf(glob: string): readonly Item[] {
  const items: Item[] = [];
  for (const [part] of glob.matchAll(/\*+|\[!?[^][^\]]*\]|[^]/g)) items.push(itemOf(part));
  return items;
}

function itemOf(part: string): Item {
  if (part.startsWith('*')) return 'run';
  if (part === '?') return () => true;
  if (part.length > 1) return setOf(part);
  const own = part.charCodeAt(0);
  return (code) => code === own;
}

/** `[abc]`, `[a-z]`, and with `!` all others; a bracket right after the opening one is part of the set. */
function setOf(part: string): Item {
  const isNegated = part.startsWith('[!') && part.length > 3;
  const body = part.slice(isNegated ? 2 : 1, -1);
  const ranges = Array.from(body.matchAll(/([^])-([^])|([^])/g), ([, from, to, one = '']) => ({
    from: (from ?? one).charCodeAt(0),
    to: (to ?? one).charCodeAt(0),
  }));
  return (code) => ranges.some(({ from, to }) => from <= code && code <= to) !== isNegated;
}
