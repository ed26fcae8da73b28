import { expect, test } from 'vitest';
import type { Path } from '../../../src/manifest/locate.ts';
import { parseYaml } from '../../../src/manifest/parse-yaml.ts';
import { diagnosticsOf } from './sample.ts';

test('keys are text, whatever they look like', () => {
  expect(parseYaml('a.yaml', '1: a\ntrue: b\nnull: c\n').value).toEqual({
    1: 'a',
    true: 'b',
    null: 'c',
  });
});

test('YAML 1.2: only true and false are booleans', () => {
  expect(parseYaml('a.yaml', '[yes, on, no, true]').value).toEqual(['yes', 'on', 'no', true]);
});

test('no key reaches the prototype', () => {
  const { value } = parseYaml('a.yaml', '__proto__: { polluted: 1 }\nconstructor: 2\n');

  expect(Object.entries(value ?? {})).toEqual([
    ['__proto__', { polluted: 1 }],
    ['constructor', 2],
  ]);
});

test('an alias means the anchor that came last', () => {
  expect(parseYaml('a.yaml', '[&a 1, *a, &a 2, *a]').value).toEqual([1, 1, 2, 2]);
});

test('an anchor on a key counts', () => {
  expect(parseYaml('a.yaml', '&a name: *a').value).toEqual({ name: 'name' });
});

const sample = 'objects:\n  opens: &o\n    file: a.o\n    "p q": [one, two]\n  more: *o\n  none:\n';

const cases: readonly [
  path: Path,
  of: 'key' | 'value',
  line: number,
  column: number,
  length: number,
][] = [
  [[], 'value', 1, 1, 8],
  [['objects'], 'key', 1, 1, 7],
  [['objects', 'opens'], 'key', 2, 3, 5],
  [['objects', 'opens'], 'value', 3, 5, 9],
  [['objects', 'opens', 'file'], 'value', 3, 11, 3],
  [['objects', 'opens', 'p q'], 'key', 4, 5, 5],
  [['objects', 'opens', 'p q', 1], 'value', 4, 18, 3],
  [['objects', 'opens', 'p q', 2], 'value', 4, 5, 5],
  [['objects', 'more'], 'value', 5, 9, 2],
  [['objects', 'more', 'file'], 'value', 3, 11, 3],
  [['objects', 'none'], 'value', 6, 3, 4],
  [['objects', 'nowhere', 'file'], 'value', 1, 1, 7],
  [['nowhere'], 'key', 1, 1, 8],
];

test.each(cases)('%j %s: %i:%i, %i long', (path, of, ...[line, column, length]) => {
  expect(parseYaml('a.yaml', sample).place(path, of)).toMatchObject({ line, column, length });
});

test('counts characters, not code units', () => {
  const { place } = parseYaml('a.yaml', '{ "😀": 😀😀 }');

  expect(place(['😀'], 'value')).toMatchObject({ column: 8, length: 2 });
});

test('a bomb of aliases is found before it is written out', () => {
  const levels = Array.from({ length: 100 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`);

  const found = diagnosticsOf(() => parseYaml('a.yaml', `a0: &a0 1\n${levels.join('')}`));

  expect(found.map(({ code }) => code)).toEqual(['alias-bomb']);
});

test.each(['[', '{a: ', '- ', '? ', ': ', 'a: b: ', '- [\n'])(
  '64 KiB of %j are refused',
  (piece) => {
    const text = piece.repeat(2 ** 16 / piece.length);

    expect(diagnosticsOf(() => parseYaml('a.yaml', text))).not.toEqual([]);
  },
);

test('not more than a hundred are kept', () => {
  const found = diagnosticsOf(() => parseYaml('a.yaml', 'a: 1\n'.repeat(1000)));

  expect(found).toHaveLength(100);
});

test('documents after the second are not looked at', () => {
  const found = diagnosticsOf(() => parseYaml('a.yaml', '---\n'.repeat(1000)));

  expect(found.map(({ code }) => code)).toEqual(['two-documents']);
});
