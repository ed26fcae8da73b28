import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../../src/cli/output/diagnostics.ts';

const taget: Diagnostic = {
  file: 'manifest.yaml',
  line: 5,
  column: 7,
  length: 5,
  sourceLine: '      taget: vfs_read',
  code: 'unknown-key',
  message: 'unknown key "taget"',
  hint: 'did you mean "target"?',
};

test('place, line, caret and hint', () => {
  expect(plain(taget)).toBe(`manifest.yaml:5:7: unknown key "taget"
  5 |       taget: vfs_read
    |       ^^^^^
  hint: did you mean "target"?
`);
});

test('without a place', () => {
  const { file, code, message } = taget;

  expect(plain({ file, code, message, line: 0, column: 0, length: 1 })).toBe(
    'manifest.yaml: unknown key "taget"\n',
  );
});

test('in colour', () => {
  const rendered = renderDiagnostics([taget], { colour: true });

  expect(rendered).toContain('\x1b[1mmanifest.yaml:5:7:\x1b[0m unknown key');
  expect(rendered).toContain('      \x1b[31m^^^^^\x1b[0m\n');
  expect(rendered).toContain('\x1b[36mhint:\x1b[0m did you');
});

test('tabs do not move the caret', () => {
  expect(caretOf({ ...taget, sourceLine: '\t\ttaget:\tvfs_read', column: 3 })).toBe('taget');
});

test('characters of two columns and of none do not move the caret', () => {
  const rendered = plain({ ...taget, sourceLine: '日本 e\u0301 taget', column: 7 });

  const columns = '日本 e '.length + 2;
  expect(rendered).toContain(`    | ${' '.repeat(columns)}^^^^^\n`);
});

test.each([1, 60, 150, 296])('of a long line the part around column %i is shown', (column) => {
  const sourceLine = `${'x'.repeat(column - 1)}taget${'x'.repeat(300 - column)}`;

  const rendered = plain({ ...taget, sourceLine, column });

  expect(caretOf({ ...taget, sourceLine, column })).toBe('taget');
  expect(Math.max(...rendered.split('\n').map(({ length }) => length))).toBeLessThan(130);
});

test('the caret ends with the part of the line that is shown', () => {
  const rendered = plain({ ...taget, sourceLine: 'x'.repeat(500), column: 1, length: 500 });

  expect(rendered.match(/\^+/)?.[0]).toHaveLength(120);
});

test('nothing reaches the terminal as a control character', () => {
  const nasty = 'a\x1b[31m\u202eb\r\nc\u0085\ud800';

  const rendered = plain({
    ...taget,
    file: nasty,
    message: nasty,
    hint: nasty,
    sourceLine: nasty,
  });

  expect(rendered).not.toMatch(/[^\n\P{C}]/u);
  expect(rendered).toContain(String.raw`a\x1b[31m\u{202e}b\x0d\x0ac\x85\u{d800}`);
});

test('escapes before the caret do not move it', () => {
  expect(caretOf({ ...taget, sourceLine: '\x1b\x00 taget', column: 4 })).toBe('taget');
});

test('the log is for those who ask', () => {
  const found = { ...taget, log: 'one\ntwo\x07\n' };

  expect(plain(found)).not.toContain('one');
  expect(renderDiagnostics([found], { colour: false, verbose: true })).toContain(
    '  | one\n  | two\\x07\n',
  );
});

function plain(found: Diagnostic): string {
  return renderDiagnostics([found], { colour: false });
}

/** What stands above the caret. */
function caretOf(found: Diagnostic): string {
  const [, source = '', caret = ''] = plain(found).split('\n');
  return source.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1);
}
