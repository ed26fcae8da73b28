import { expect, test } from 'vitest';
import { commandWord, unitWord } from '../../../src/service/unit-syntax.ts';

test.each([
  ['nothing special', '/etc/fentryctl/m.yaml', '/etc/fentryctl/m.yaml', '/etc/fentryctl/m.yaml'],
  ['a blank', '/a b', '"/a b"', '"/a b"'],
  ['quotes', `/"it's"`, String.raw`"/\"it's\""`, String.raw`"/\"it's\""`],
  ['a backslash', '/a\\b', String.raw`"/a\\b"`, String.raw`"/a\\b"`],
  ['a specifier', '/100%i', '"/100%%i"', '"/100%%i"'],
  ['a variable', '/$HOME', '"/$HOME"', '"/$$HOME"'],
  ['a new line', '/a\nb', String.raw`"/a\x0ab"`, String.raw`"/a\x0ab"`],
  ['nothing at all', '', '""', '""'],
])('%s', (_, text, path, word) => {
  expect(unitWord(text)).toBe(path);
  expect(commandWord(text)).toBe(word);
});
