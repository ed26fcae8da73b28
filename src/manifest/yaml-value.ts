import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { quoted } from '../base/diagnostic.ts';
import type { Problem } from '../base/diagnostic.ts';
import type { YamlProblem } from './yaml-problems.ts';

/** What each alias stands for. */
export type AliasTargets = ReadonlyMap<Alias.Parsed, ParsedNode>;

export interface YamlValue {
  /** Plain objects (without a prototype), arrays and scalars; what several aliases share is one object. */
  readonly value: unknown;
  readonly targets: AliasTargets;
  readonly problems: readonly YamlProblem[];
}

/** How many values aliases may add; checking the value visits each of them. */
const mostFromAliases = 100_000;

interface Anchor {
  readonly node: ParsedNode;
  /** `undefined` while we are still inside it. */
  read?: Sized;
}

interface Sized {
  readonly value: unknown;
  /** How many values it holds when aliases are written out, itself included. */
  readonly size: number;
}

interface Reading {
  readonly anchors: Map<string, Anchor>;
  readonly targets: Map<Alias.Parsed, ParsedNode>;
  readonly problems: YamlProblem[];
  fromAliases: number;
}

/**
 * The value of a document. Done here and not by the parser because its time is quadratic in the number
 * of keys and of aliases, and it stops at the first problem.
 */
export function toValue(contents: ParsedNode | null): YamlValue {
  const reading: Reading = { anchors: new Map(), targets: new Map(), problems: [], fromAliases: 0 };
  const { value } = read(contents, reading);
  return { value, targets: reading.targets, problems: reading.problems };
}

function read(node: ParsedNode | null, reading: Reading): Sized {
  if (node === null) return { value: null, size: 1 };
  if (isAlias(node)) return readAlias(node, reading);
  if (node.anchor === undefined) return readPlain(node, reading);
  const anchor: Anchor = { node };
  reading.anchors.set(node.anchor, anchor);
  anchor.read = readPlain(node, reading);
  return anchor.read;
}

function readPlain(node: Exclude<ParsedNode, Alias.Parsed>, reading: Reading): Sized {
  if (isMap(node)) return readMap(node, reading);
  if (isSeq(node)) return readSequence(node, reading);
  return { value: exact(node), size: 1 };
}

/** JavaScript's numbers are exact to 2^53; a global variable can be of 128 bits. */
function exact({ value, source }: Scalar.Parsed): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return wholeNumber.test(source) ? BigInt(source) : value;
}

/** As YAML's core schema has it, in decimal, octal or hex, with no more digits than 128 bits can need. */
const wholeNumber = /^(?:[-+]?[0-9]{1,40}|0o[0-7]{1,44}|0x[0-9a-fA-F]{1,33})$/;

function readMap({ items }: YAMLMap.Parsed, reading: Reading): Sized {
  const value = withoutPrototype();
  let size = 1;
  for (const pair of items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    checkKey(key, pair.key, value, reading);
    const entry = read(pair.value, reading);
    value[key] = entry.value;
    size += entry.size;
  }
  return { value, size };
}

function readSequence({ items }: YAMLSeq.Parsed, reading: Reading): Sized {
  const entries = items.map((item) => read(item, reading));
  const size = entries.reduce((sum, entry) => sum + entry.size, 1);
  return { value: entries.map(({ value }) => value), size };
}

/** So that a key `__proto__` is a key like any other. */
function withoutPrototype(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>; // the library's type says `any`
}

function checkKey(key: string, node: ParsedNode, before: object, reading: Reading): void {
  if (node.range[1] === node.range[0]) complain(reading, node, emptyKey);
  else if (key === '<<') complain(reading, node, mergeKey);
  else if (Object.hasOwn(before, key)) complain(reading, node, duplicate(key));
  // An anchor on a key can be meant by an alias further down.
  if (isScalar(node) && node.anchor !== undefined) read(node, reading);
}

function readAlias(alias: Alias.Parsed, reading: Reading): Sized {
  const nothing = { value: null, size: 1 };
  const anchor = reading.anchors.get(alias.source);
  if (anchor === undefined) return complain(reading, alias, unresolved(alias.source)) ?? nothing;
  if (anchor.read === undefined) return complain(reading, alias, circular(alias.source)) ?? nothing;
  reading.targets.set(alias, anchor.node);
  if (reading.fromAliases > mostFromAliases) return nothing;
  reading.fromAliases += anchor.read.size;
  if (reading.fromAliases > mostFromAliases) complain(reading, alias, bomb);
  return anchor.read;
}

function complain(reading: Reading, { range }: ParsedNode, problem: Problem): undefined {
  reading.problems.push({ start: range[0], end: range[1], ...problem });
}

const emptyKey: Problem = { code: 'empty-key', message: 'a key is missing before the colon' };

const mergeKey: Problem = {
  code: 'merge-key',
  message: 'merge keys ("<<") are not part of YAML 1.2',
  hint: 'write the keys out, or give the whole value by an alias',
};

const bomb: Problem = {
  code: 'alias-bomb',
  message: `aliases add more than ${mostFromAliases} values`,
  hint: 'write the values out, or use fewer aliases',
};

function duplicate(key: string): Problem {
  return { code: 'duplicate-key', message: `duplicate key ${quoted(key)}` };
}

function unresolved(name: string): Problem {
  const message = `no anchor ${quoted(`&${name}`)} before this alias`;
  return { code: 'unresolved-alias', message, hint: 'quote a value that starts with "*"' };
}

function circular(name: string): Problem {
  const message = `alias ${quoted(`*${name}`)} is within what it stands for`;
  return { code: 'circular-alias', message };
}
