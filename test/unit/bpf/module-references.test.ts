import { expect, test } from 'vitest';
import { refersToModule } from '../../../src/bpf/libbpf/module-references.ts';

const exit = '9500000000000000';

test.each([
  ['nothing', '', false],
  ['exit', exit, false],
  ['a helper', `8500000001000000${exit}`, false],
  ['a function of the kernel itself', `8520000010270000${exit}`, false],
  ["a module's function", `8520010010270000${exit}`, true],
  ['a variable of the kernel itself', `18310000102700000000000000000000${exit}`, false],
  ["a module's variable", `18310000102700000000000007000000${exit}`, true],
  ['a map with an offset', `18210000050000000000000008000000${exit}`, false],
  [
    'a number whose second half looks like a call',
    `18000000000000008520010010270000${exit}`,
    false,
  ],
  ['a call behind a number', `180000000000000000000000000000008520010010270000${exit}`, true],
  ['half of a wide load', '1831000010270000', false],
])('%s', (_, code, refers) => {
  expect(refersToModule(Buffer.from(code, 'hex'))).toBe(refers);
});
