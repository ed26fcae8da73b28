import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitStatus, UsageError } from '../../../src/base/errors.ts';
import { commands } from '../../../src/cli/commands.ts';
import { completion } from '../../../src/cli/completion.ts';
import { temporaryDirectory } from '../manifest/sample.ts';
import { contextOf } from './context.ts';

test.each(['bash', 'zsh', 'fish'])('%s: every command and each of its options', (shell) => {
  const script = scriptFor(shell);

  for (const { name, options } of commands) {
    expect(script).toContain(name);
    for (const option of options)
      expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
  }
});

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  const isThere = spawnSync(shell, ['--version']).error === undefined;

  test.skipIf(!isThere)(`takes it for a script (needs ${shell})`, () => {
    using directory = temporaryDirectory();
    const file = directory.write('script', scriptFor(shell));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

test('another shell is an error with a near name', () => {
  expect(() => scriptFor('fsh')).toThrow(UsageError);
  expect(() => scriptFor('fsh')).toThrow(/does not know the shell "fsh"/);
});

describe('in bash', () => {
  test.each([
    ['fentryctl ', commands.map(({ name }) => name)],
    ['fentryctl st', ['status']],
    ['fentryctl apply --fo', ['--force']],
    ['fentryctl inspect --fo', []],
    ['fentryctl completion ', ['bash', 'zsh', 'fish']],
    ['fentryctl --json destroy audit', ['audit-1', 'audit-2']],
    ['fentryctl doctor ', []],
    ['fentryctl --ver', ['--version']],
  ])('%s', (line, expected) => {
    expect(completionsOf(line).toSorted()).toEqual(expected.toSorted());
  });
});

/** What bash would offer for the last word of a line, in a directory without files. */
function completionsOf(line: string): readonly string[] {
  using directory = temporaryDirectory();
  const root = join(directory.path, 'root');
  for (const name of ['audit-1', 'audit-2', 'other'])
    mkdirSync(join(root, name), { recursive: true });
  const empty = join(directory.path, 'empty');
  mkdirSync(empty);
  const words = line.split(' ');
  const ask = `
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_fentryctl
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const script = `${scriptFor('bash', root)}${ask}`;
  const output = execFileSync('bash', ['-c', script], { cwd: empty, encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

function scriptFor(shell: string, root = '/sys/fs/bpf/fentryctl'): string {
  const { context, printed } = contextOf('completion', shell, '--root', root);
  expect(completion(context)).toBe(ExitStatus.done);
  return printed().out;
}
