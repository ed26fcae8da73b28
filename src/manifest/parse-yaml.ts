import { Composer, Parser } from 'yaml';
import type { Document } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { invalid, mostReported } from './invalid.ts';
import { locate } from './locate.ts';
import type { Locator } from './locate.ts';
import { deepestToken } from './nesting.ts';
import { sourceText } from './source-text.ts';
import type { SourceText } from './source-text.ts';
import { explainControlCharacters, explainSyntax } from './yaml-problems.ts';
import type { YamlProblem } from './yaml-problems.ts';
import { toValue } from './yaml-value.ts';

export interface ParsedYaml {
  /** Plain objects (without a prototype), arrays and scalars. */
  readonly value: unknown;
  readonly place: Locator;
}

/**
 * Parses one YAML 1.2 document. `file` is for the diagnostics only.
 * Throws an `InvalidError` with every syntax error.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const source = sourceText(text);
  const failIf = (problems: readonly YamlProblem[]): void => {
    const first = problems.toSorted((a, b) => a.start - b.start).slice(0, mostReported);
    if (first.length > 0) throw invalid(file, first.map(placedIn(file, source)));
  };
  failIf(explainControlCharacters(text));
  const tokens = [...new Parser().parse(text)];
  failIf(deepestToken(tokens));
  const { document, problems } = compose(tokens, text);
  const read = toValue(document.contents);
  // What the parser made of a text with errors has problems of its own.
  failIf(document.errors.length > 0 ? problems : [...problems, ...read.problems]);
  return { value: read.value, place: locate(document.contents, read.targets, source) };
}

type Tokens = Parameters<Composer['compose']>[0];
type Composed = {
  readonly document: Document.Parsed;
  readonly problems: readonly YamlProblem[];
};

function compose(tokens: Tokens, text: string): Composed {
  // Duplicate keys are found in yaml-value.ts: the parser compares every key with every other.
  const composer = new Composer({
    strict: true,
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const [document, second] = take(composer.compose(tokens, true, text.length), 2);
  if (document === undefined) throw new Error('the composer returned no document');
  const problems = explainSyntax(document, text);
  return {
    document,
    problems: second === undefined ? problems : [...problems, twoDocuments(second)],
  };
}

/** The first `count` of them, without asking for more: 1 MiB holds 250,000 documents. */
function take<T>(values: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const value of values) if (taken.push(value) === count) break;
  return taken;
}

function twoDocuments({ range }: Document.Parsed): YamlProblem {
  return {
    start: range[0],
    end: range[0] + 3,
    code: 'two-documents',
    message: 'a second YAML document begins here',
    hint: 'remove the "---", or make it a manifest of its own',
  };
}

function placedIn(file: string, source: SourceText): (problem: YamlProblem) => Diagnostic {
  return ({ start, end, ...problem }) => ({ file, ...source.place(start, end), ...problem });
}
