import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inspect } from '../../../src/bpf/inspect.ts';
import { asksForAddress } from '../../../src/bpf/libbpf/helper-calls.ts';

const exit = '9500000000000000';

test.each([
  ['nothing', '', false],
  ['another helper', `8500000001000000${exit}`, false],
  ['bpf_get_func_ip', `85000000ad000000${exit}`, true],
  ['a function of the program, as far away', `85100000ad000000${exit}`, false],
  ['a function of the kernel with that BTF id', `85200000ad000000${exit}`, false],
  ['a number whose second half looks like it', `180000000000000085000000ad000000${exit}`, false],
  ['behind a number', `1800000000000000000000000000000085000000ad000000${exit}`, true],
  ['half of an instruction', '85000000', false],
])('%s', (_, code, asks) => {
  expect(asksForAddress(Buffer.from(code, 'hex'))).toBe(asks);
});

test.each([
  ['limits', true], // in a function that any of its programs could call
  ['lifecycle', false], // functions of its own, none of which asks
  ['counter', false],
])('programs of %s', (name, asks) => {
  const file = path.join(import.meta.dirname, `../../objects/${name}.bpf.o`);

  const { programs } = inspect(file, readFileSync(file));

  expect(programs.map(({ asksForAddress: asked }) => asked)).toEqual(programs.map(() => asks));
});
