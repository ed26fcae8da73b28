import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { guestScript, quote } from '../../vm/guest-command.ts';

describe('an argument', () => {
  test.each(['', ' ', "it's", '"$HOME" `id` \\', 'a\nb', '*', '-n', 'ü→', "'''", 'tab\there'])(
    'arrives as it is: %j',
    (argument) => {
      const printed = execFileSync('/bin/sh', ['-c', `printf %s ${quote(argument)}`], {
        encoding: 'utf8',
      });

      expect(printed).toBe(argument);
    },
  );
});

describe('the script', () => {
  test('runs the command with its variables, in its directory', () => {
    const script = guestScript({
      argv: ['sh', '-c', 'echo "$A|$PWD|$0|$1"', 'x y', "it's"],
      directory: '/usr',
      environment: { A: 'b $c' },
    });

    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(
      "b $c|/usr|x y|it's\n",
    );
  });

  test('refuses a name that is none', () => {
    expect(() =>
      guestScript({ argv: ['true'], directory: '/', environment: { 'a;b': '' } }),
    ).toThrow('"a;b"');
  });
});
