import { distance } from 'fastest-levenshtein';

/**
 * Names nearest to `name`, best first: at most `count`, none that differs in more than about a third of
 * its letters. Two letters that changed places count as one.
 */
export function suggest(name: string, known: Iterable<string>, count = 3): readonly string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...new Set(known)]
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit)
    .map((candidate) => ({ candidate, edits: editsBetween(name, candidate) }))
    .filter(({ edits }) => edits <= limit)
    .toSorted((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** `did you mean "a" or "b"?`, or `undefined` when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = suggest(name, known);
  if (near.length === 0) return undefined;
  return `did you mean ${near.map((candidate) => `"${candidate}"`).join(' or ')}?`;
}

function editsBetween(a: string, b: string): number {
  const edits = distance(a, b);
  return edits === 2 && a.length === b.length && sortedLetters(a) === sortedLetters(b) ? 1 : edits;
}

function sortedLetters(text: string): string {
  return [...text].toSorted().join('');
}
