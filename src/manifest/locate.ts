import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { ParsedNode } from 'yaml';
import type { Place } from '../base/diagnostic.ts';
import type { SourceText } from './source-text.ts';
import type { AliasTargets } from './yaml-value.ts';

/** Keys and indices from the root of a document down to a value. */
export type Path = readonly (string | number)[];

/**
 * The place of a value, or of the key in front of it. A path through an alias leads to the anchor's text;
 * an alias at its end is the place itself. What is not there has the place of its nearest parent; what
 * has no text (`key:` and nothing after it) has the place of its key.
 */
export type Locator = (path: Path, of: 'key' | 'value') => Place;

export function locate(
  contents: ParsedNode | null,
  targets: AliasTargets,
  source: SourceText,
): Locator {
  return (path, of) => {
    const { key, value } = walk(contents, path, targets);
    const [start, end] = preferred(key, value, of)?.range ?? [0, 0];
    return source.place(start, end);
  };
}

interface Step {
  readonly key: ParsedNode | null;
  readonly value: ParsedNode | null;
}

function walk(contents: ParsedNode | null, path: Path, targets: AliasTargets): Step {
  let here: Step = { key: null, value: contents };
  for (const name of path) {
    const next = descend(behind(here.value, targets), name);
    // The parent is what lacks something: its key says which one it is.
    if (next === undefined) return { key: here.key, value: here.key ?? here.value };
    here = next;
  }
  return here;
}

function behind(node: ParsedNode | null, targets: AliasTargets): ParsedNode | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
}

function descend(node: ParsedNode | null, name: string | number): Step | undefined {
  if (isMap(node)) {
    return node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  }
  const item = isSeq(node) ? node.items[Number(name)] : undefined;
  return item && { key: null, value: item };
}

function preferred(
  key: ParsedNode | null,
  value: ParsedNode | null,
  of: 'key' | 'value',
): ParsedNode | null {
  const silent = value === null || value.range[0] === value.range[1];
  return key !== null && (of === 'key' || silent) ? key : value;
}
