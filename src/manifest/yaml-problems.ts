import type { Document, ErrorCode, YAMLError } from 'yaml';
import type { Problem } from '../base/diagnostic.ts';

/** A problem at a stretch of offsets of the text. */
export interface YamlProblem extends Problem {
  readonly start: number;
  readonly end: number;
}

/** More are not worth their time: only the first hundred lines' are shown. */
const mostConsidered = 1000;

/** What the parser complains about, in our words: one complaint a line, as the rest follow from it. */
export function explainSyntax(document: Document.Parsed, text: string): YamlProblem[] {
  const complaints = [...document.errors, ...document.warnings]
    .toSorted(byUrgency)
    .slice(0, mostConsidered);
  const ofLine = new Map<number, YamlProblem>();
  for (const complaint of complaints) {
    const line = text.lastIndexOf('\n', complaint.pos[0] - 1);
    if (!ofLine.has(line)) ofLine.set(line, explain(complaint, text));
  }
  return [...oldVersion(document, text), ...ofLine.values()];
}

/** YAML allows none, and a terminal or a path should not get one. */
export function explainControlCharacters(text: string): YamlProblem[] {
  // oxlint-disable-next-line no-control-regex -- they are what it looks for
  return Array.from(text.matchAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g), ({ index }) => {
    const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
    const message = `control character U+${code}`;
    return { start: index, end: index + 1, code: 'control-character', message };
  });
}

/** A tab explains the errors around it. */
function byUrgency(a: YAMLError, b: YAMLError): number {
  return (
    Number(b.code === 'TAB_AS_INDENT') - Number(a.code === 'TAB_AS_INDENT') || a.pos[0] - b.pos[0]
  );
}

function explain(complaint: YAMLError, text: string): YamlProblem {
  const [start, end] = complaint.pos;
  const words = inWords[complaint.code];
  const message = words?.message ?? plain(complaint.message);
  const hint = words?.hint ?? (text[start] === "'" ? doubleTheQuote : undefined);
  return { start, end, code: `yaml-${kebab(complaint.code)}`, message, hint };
}

interface Words {
  readonly message?: string;
  readonly hint?: string;
}

const doubleTheQuote = 'write a single quote within single quotes twice';

const inWords: { readonly [Code in ErrorCode]?: Words } = {
  BAD_DQ_ESCAPE: { hint: 'write a backslash within double quotes twice' },
  BAD_SCALAR_START: { hint: 'quote the value' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a mapping cannot begin here',
    hint: 'check the indentation; quote a value that contains ": "',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key must be on one line',
    hint: 'is a colon missing at the end of this line?',
  },
  NON_STRING_KEY: { message: 'a key must be plain text' },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply' },
  TAB_AS_INDENT: { message: 'a tab in the indentation', hint: 'use spaces' },
  TAG_RESOLVE_FAILED: { hint: 'quote a value that starts with "!"' },
};

/** The parser's own message, in the manner of ours. */
function plain(message: string): string {
  const ours = message
    .replace(/^Flow .* end with a (.)$/, 'missing "$1"')
    .replace(/^Missing closing "quote$/, 'missing closing double quote')
    .replace(/^Missing closing 'quote$/, 'missing closing single quote')
    .replace(/^Implicit map keys need to be followed by .*/, 'missing colon after this key')
    .replace(/^Unresolved tag: (.*)$/, 'unknown tag "$1"');
  return ours.slice(0, 1).toLowerCase() + ours.slice(1);
}

function kebab(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}

/** YAML 1.1 would read `on` and `0755` otherwise than people who look up YAML today expect. */
function oldVersion({ directives }: Document.Parsed, text: string): YamlProblem[] {
  const { version } = directives.yaml;
  if (version === '1.2') return [];
  const start = Math.max(0, text.indexOf('%YAML'));
  const message = `YAML ${version} is not supported`;
  return [
    { start, end: start + 9, code: 'yaml-version', message, hint: 'remove the "%YAML" line' },
  ];
}
