import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultDeadlines, defaultMachine, runInVm, type VmOptions } from './run-in-vm.ts';

const shared = mkdtempSync(join(tmpdir(), "fentryctl, it's shared "));
afterAll(() => rmSync(shared, { recursive: true }));

test('the status, the output, the arguments and the shared directory get through', async () => {
  const script = 'printf "%s|%s" "$1" "$2"; uname -r >"$3/release"; sleep 1000 & exit 7';

  const { result, output } = await run({
    argv: ['sh', '-c', script, 'sh', "it's", ' $x "y" ', shared],
  });

  expect(result).toMatchObject({ kind: 'exited', status: 7 });
  expect(output).toBe(`it's| $x "y" `);
  expect(readFileSync(join(shared, 'release'), 'utf8')).toMatch(/^\d+\.\d+.*-amd64\n$/);
});

test('a panic is a failure', async () => {
  const { result, output } = await run({
    argv: ['sh', '-c', 'echo before; echo c >/proc/sysrq-trigger; echo after'],
  });

  expect(result).toMatchObject({ kind: 'failed', reason: 'kernel' });
  expect(output).toBe('before\n');
});

test('silence is a failure', async () => {
  const deadlines = { ...defaultDeadlines, silence: 10_000 };

  const { result } = await run({ argv: ['sleep', '1000'], deadlines });

  expect(result).toMatchObject({ kind: 'failed', reason: 'silence' });
});

test('an end without a status is a failure', async () => {
  const { result } = await run({ argv: ['/run/busybox', 'poweroff', '-f'] });

  expect(result).toMatchObject({ kind: 'failed', reason: 'no-exit-line' });
});

async function run(options: Partial<VmOptions> & Pick<VmOptions, 'argv'>) {
  let output = '';
  const result = await runInVm(
    {
      directory: process.cwd(),
      environment: {},
      shares: [shared],
      kernel: undefined,
      acceleration: undefined,
      machine: { ...defaultMachine, memory: '1G' },
      deadlines: defaultDeadlines,
      ...options,
    },
    { onNote: () => undefined, onOutput: (bytes) => (output += Buffer.from(bytes).toString()) },
  );
  return { result, output };
}
