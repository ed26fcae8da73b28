import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorOf } from './support/errors.ts';
import { openObject } from './support/lifecycle.ts';

test('while ftrace is off none is attached: some kernels would, and call nothing', () => {
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');
  const file = '/proc/sys/kernel/ftrace_enabled';
  writeFileSync(file, '0');

  const error = errorOf(() => program.attach());
  writeFileSync(file, '1');

  expect(error).toMatchObject({
    code: 'AttachFailed',
    message: expect.stringMatching(/"vfs_rename": ftrace is switched off/) as unknown,
    hint: 'sysctl -w kernel.ftrace_enabled=1',
  });
  expect(() => program.attach()).not.toThrow();
});
