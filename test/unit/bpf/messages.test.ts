import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  reasonFromMessages,
  summariseVerifierLog,
  verifierLog,
} from '../../../src/bpf/messages.ts';

const telling = 'invalid access to map value, value_size=32 off=960 size=8';

describe('what Linux says of test/objects/rejected', () => {
  test.each(['5.10', '6.1', '6.12', '7.2', '7.3'])('%s', (version) => {
    const messages = captured(version);

    const log = verifierLog(messages);

    expect(log).toMatch(/^processed 67 insns .*$(?![\s\S])/m);
    expect(log).not.toMatch(/libbpf/);
    const lines = log?.split('\n').length ?? 0;
    expect(summariseVerifierLog(log ?? '')).toEqual({ telling, omitted: lines - 1 });
    expect(reasonFromMessages(messages)).toBe(
      "prog 'bad': BPF program load failed: Permission denied",
    );
  });
});

describe('the telling line', () => {
  test.each([
    ['of one', 'R1 invalid mem access', 'R1 invalid mem access', 0],
    ['not the count below it', 'R0 !read_ok\nprocessed 2 insns (limit 1000000)', 'R0 !read_ok', 1],
    ['not the registers above it', '0: R1=ctx()\n R0=0 R10=fp0\nlast\nprocessed 1', 'last', 3],
    ['the first of several together', '; c\nwhy\n  more\nand\nprocessed 1', 'why', 4],
    [
      'too large',
      '0: (b7)\nBPF program is too large. Processed 1 insn\nprocessed 1 insns',
      'BPF program is too large. Processed 1 insn',
      2,
    ],
    ['when all is scenery, the last', '0: (95) exit\nprocessed 1 insns', 'processed 1 insns', 1],
    ['when there is nothing', '', '', 0],
  ])('%s', (_, log, line, omitted) => {
    expect(summariseVerifierLog(log)).toEqual({ telling: line, omitted });
  });
});

describe("libbpf's own words", () => {
  test.each([
    ['nothing', undefined, undefined],
    ['empty', '', undefined],
    ['the first of them', 'libbpf: first\nlibbpf: second\n', 'first'],
    [
      'not the log of the verifier',
      '-- BEGIN PROG LOAD LOG --\nlog\n-- END PROG LOAD LOG --\nlibbpf: after',
      'after',
    ],
  ])('%s', (_, messages, reason) => {
    expect(reasonFromMessages(messages)).toBe(reason);
  });

  test.each([undefined, '', 'libbpf: x\n', '-- BEGIN PROG LOAD LOG --\n-- END PROG LOAD LOG --\n'])(
    'no log in %j',
    (messages) => {
      expect(verifierLog(messages)).toBeUndefined();
    },
  );
});

function captured(version: string): string {
  return readFileSync(
    path.join(import.meta.dirname, `../../fixtures/verifier/${version}.txt`),
    'utf8',
  );
}
