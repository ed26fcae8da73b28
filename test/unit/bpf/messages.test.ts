import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonFromMessages, summariseVerifierLog } from '../../../src/bpf/messages.ts';

const telling = 'invalid access to map value, value_size=32 off=960 size=8';

describe('what Linux says of test/objects/rejected', () => {
  test.each(['5.10', '6.1', '6.12', '7.2', '7.3'])('%s', (version) => {
    const log = captured(version);

    const summary = summariseVerifierLog(log);

    expect(summary).toEqual({ telling, omitted: log.split('\n').length - 1 });
  });
});

describe('the telling line', () => {
  test.each([
    ['of one', 'R1 invalid mem access', 'R1 invalid mem access', 0],
    ['not the count below it', 'R0 !read_ok\nprocessed 2 insns (limit 1000000)', 'R0 !read_ok', 1],
    ['not the registers above it', '0: R1=ctx()\n R0=0 R10=fp0\nlast\nprocessed 1', 'last', 3],
    ['the first of several together', '; c\nwhy\n  more\nand\nprocessed 1', 'why', 4],
    [
      'not the notice before it',
      'reg type unsupported for arg#0 function f#7\nR6 invalid mem access\nprocessed 3',
      'R6 invalid mem access',
      2,
    ],
    [
      'the notice, if alone',
      'reg type unsupported for arg#0\n',
      'reg type unsupported for arg#0',
      1,
    ],
    [
      'too large',
      '0: (b7)\nBPF program is too large. Processed 1 insn\nprocessed 1 insns',
      'BPF program is too large. Processed 1 insn',
      2,
    ],
  ])('%s', (_, log, line, omitted) => {
    expect(summariseVerifierLog(log)).toEqual({ telling: line, omitted });
  });

  test.each([
    ['all is scenery', '0: (95) exit\nprocessed 1 insns'],
    ['there is nothing', ''],
  ])('none when %s', (_, log) => {
    expect(summariseVerifierLog(log)).toBeUndefined();
  });
});

describe("libbpf's own words", () => {
  test.each([
    ['nothing', undefined, undefined],
    ['empty', '', undefined],
    ['the first of them', 'libbpf: first\nlibbpf: second\n', 'first'],
  ])('%s', (_, messages, reason) => {
    expect(reasonFromMessages(messages)).toBe(reason);
  });
});

/** The verifier's part of what libbpf printed there. */
function captured(version: string): string {
  const file = path.join(import.meta.dirname, `../../fixtures/verifier/${version}.txt`);
  const match = /BEGIN PROG LOAD LOG --\n([\s\S]*?)\n-- END/.exec(readFileSync(file, 'utf8'));
  return match?.[1] ?? '';
}
