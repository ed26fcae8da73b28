import { distance } from 'fastest-levenshtein';

/** Names nearest to `name`, best first: at most `count`, none that differs in more than about a third of its letters. */
export function suggest(name: string, known: Iterable<string>, count = 3): readonly string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...known]
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit)
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
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
