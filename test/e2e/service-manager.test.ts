import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DatagramListener } from './support/datagrams.ts';
import { main } from './support/fentryctl.ts';
import { clean, tracingLinks } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

test('the service manager hears when all is attached, what went wrong, of each reload and of the end', async () => {
  using work = workspace('notify');
  work.object('counter');
  work.programs('count_first: vfs_link');
  await using manager = await DatagramListener.start(join(work.directory, 'socket'));
  const heard = async (text: string, count = 1): Promise<readonly string[]> =>
    await manager.until((all) => all.filter((one) => one.includes(text)).length >= count);

  const watcher = spawn(process.execPath, [main, 'watch', work.manifest], {
    env: { ...process.env, NOTIFY_SOCKET: manager.address, WATCHDOG_USEC: '2000000' },
    stdio: 'ignore',
  });
  await heard('READY=1');
  const attached = tracingLinks();
  await heard('WATCHDOG=1', 2);
  work.write('version: 1\nobjects: {}\n');
  await heard('STATUS=failed (exit status 65)');
  watcher.kill('SIGHUP');
  await heard('READY=1\nSTATUS=failed');
  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal
  const all = await heard('STOPPING=1');

  expect(status).toBe(0);
  expect(attached).toHaveLength(1);
  expect(tracingLinks()).toEqual(attached);
  expect(all.filter((text) => text !== 'WATCHDOG=1')).toEqual([
    expect.stringMatching(/^READY=1\nSTATUS=notify: as its manifest says \(load=1 attach=1 /),
    expect.stringMatching(/^STATUS=failed \(exit status 65\): manifest /),
    expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/),
    expect.stringMatching(/^READY=1\nSTATUS=failed \(exit status 65\): manifest /),
    'STOPPING=1\nSTATUS=stopping; what is attached stays attached',
  ]);
});
