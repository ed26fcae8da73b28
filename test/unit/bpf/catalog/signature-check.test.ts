import { describe, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { SignatureCheck } from '../../../../src/bpf/catalog/signature-check.ts';
import type { TrampolineLimits } from '../../../../src/bpf/catalog/trampoline-limits.ts';
import { trampolineLimits } from '../../../../src/bpf/catalog/trampoline-limits.ts';
import type { Type } from '../btf/encode-btf.ts';
import { encodeBtf, int } from '../btf/encode-btf.ts';

const old: TrampolineLimits = { words: 6, structBytes: 0, unionBytes: 0 };
const middle: TrampolineLimits = { words: 6, structBytes: 16, unionBytes: 0 };
const late: TrampolineLimits = { words: 12, structBytes: 16, unionBytes: 0 };
const current: TrampolineLimits = { words: 12, structBytes: 16, unionBytes: 16 };

/** Ids of the types that the functions below are made of. */
const types = {
  int: 1,
  pointer: 2,
  small: 3,
  pair: 4,
  large: 5,
  nothing: 6,
  union: 7,
  wide: 8,
  float: 9,
  typedef: 10,
  constant: 11,
};
const declared: readonly Partial<Type>[] = [
  int('int', 4, true),
  { kind: 'pointer', value: 1 },
  { kind: 'struct', name: 'small', value: 8 },
  { kind: 'struct', name: 'pair', value: 16 },
  { kind: 'struct', name: 'large', value: 24 },
  { kind: 'struct', name: 'nothing', value: 0 },
  { kind: 'union', name: 'either', value: 8 },
  int('__int128', 16),
  { kind: 'float', name: 'double', value: 8 },
  { kind: 'typedef', name: 'small_t', value: 3 },
  { kind: 'const', value: 10 },
];

function obstacleOf(parameters: readonly number[], limits: TrampolineLimits, returned = 1) {
  const words = parameters.flatMap((id) => ['', id]);
  const prototype: Partial<Type> = {
    kind: 'prototype',
    value: returned,
    members: parameters.length,
    words,
  };
  const id = declared.length + 1;
  const btf = new Btf(
    encodeBtf([...declared, prototype, { kind: 'function', name: 'probed', value: id }]),
  );
  return new SignatureCheck(btf, limits).obstacle(id + 1);
}

const ints = (count: number): readonly number[] => Array.from({ length: count }, () => types.int);

describe('arguments that trampolines pass on', () => {
  test.each<[string, readonly number[], TrampolineLimits]>([
    ['none', [], old],
    ['six', [...ints(5), types.pointer], old],
    ['twelve', ints(12), current],
    ['a struct', [types.small], middle],
    ['a struct under other names', [types.constant, types.typedef], middle],
    ['a struct of two words', [types.pair, ...ints(4)], middle],
    ['a union', [types.union, types.int], current],
  ])('%s', (_, parameters, limits) => {
    expect(obstacleOf(parameters, limits)).toBeUndefined();
  });

  test('a function that returns nothing', () => {
    expect(obstacleOf([], old, 0)).toBeUndefined();
  });
});

describe('arguments that they do not', () => {
  test.each<[string, readonly number[], TrampolineLimits, string]>([
    ['a struct', [types.int, types.small], old, 'its argument 2 is a "struct small" by value'],
    ['a typedef', [types.typedef], old, 'its argument 1 is a "small_t" by value'],
    ['a large struct', [types.large], current, 'its argument 1 is a "struct large" by value'],
    ['an empty struct', [types.nothing], current, 'its argument 1 is a "struct nothing" by value'],
    ['a union', [types.union], late, 'its argument 1 is a "union either" by value'],
    ['128 bits', [types.wide], current, 'its argument 1 is a "__int128" by value'],
    ['a floating point number', [types.float], current, 'its argument 1 is a "double" by value'],
    ['variadic', [types.int, 0], current, 'it takes a variable number of arguments'],
  ])('%s', (_, parameters, limits, text) => {
    expect(obstacleOf(parameters, limits)).toEqual({ code: 'unsupported-argument', text });
  });

  test.each([
    ['struct small', types.small],
    ['union either', types.union],
  ])('a %s is returned', (type, id) => {
    expect(obstacleOf([], current, id)).toEqual({
      code: 'unsupported-argument',
      text: `it returns a "${type}" by value`,
    });
  });

  test.each<[readonly number[], TrampolineLimits, string]>([
    [ints(7), old, 'it takes 7 arguments, and this kernel passes on at most 6'],
    [ints(13), current, 'it takes 13 arguments, and this kernel passes on at most 12'],
    [
      [types.pair, ...ints(5)],
      middle,
      'it takes 6 arguments, of 7 words, and this kernel passes on at most 6',
    ],
  ])('too many: %j', (parameters, limits, text) => {
    expect(obstacleOf(parameters, limits)).toEqual({ code: 'too-many-arguments', text });
  });
});

describe('what a kernel can do, as its types tell', () => {
  const model: Partial<Type> = {
    kind: 'struct',
    name: 'btf_func_model',
    members: 1,
    words: ['arg_flags', 0, 0],
  };
  const work: Partial<Type> = { kind: 'struct', name: 'bpf_task_work' };
  const links: Partial<Type> = {
    kind: 'enum',
    name: 'bpf_link_type',
    members: 1,
    words: ['BPF_LINK_TYPE_UPROBE_MULTI', 12],
  };

  test.each<[string, readonly Partial<Type>[], string, TrampolineLimits]>([
    ['Linux 5.10', [], 'x64', old],
    ['Linux 6.1', [model], 'x64', middle],
    ['Linux 6.6', [model, links], 'x64', late],
    ['Linux 6.18', [model, links, work], 'x64', current],
    ['another architecture', [model], 'arm64', late],
  ])('%s', (_, known, architecture, expected) => {
    expect(trampolineLimits(new Btf(encodeBtf(known)), architecture)).toEqual(expected);
  });
});
