import { expect, test } from 'vitest';
import { nothingText } from '../../../src/cli/nothing-pinned.ts';
import { manifestName } from '../../../src/state/ids.ts';

const names = ['file-opens', 'tcp-connects'].map(manifestName);

test.each([
  ['fiel-opens', 'nothing is pinned under "fiel-opens"\n  hint: did you mean "file-opens"?\n'],
  ['other', 'nothing is pinned under "other"\n'],
  ['file-opens', 'nothing is pinned under "file-opens"\n'],
])('%s', (operand, text) => {
  expect(nothingText(operand, names)).toBe(text);
});
