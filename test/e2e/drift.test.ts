import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { collect, fentryctl, run, startFentryctl } from './support/fentryctl.ts';
import { clean, counters, linkFiles, pins, root, tracingLinks, until } from './support/kernel.ts';
import type { Workspace } from './support/workspace.ts';
import { workspace } from './support/workspace.ts';

const mount = '/sys/fs/bpf';
const ftrace = '/proc/sys/kernel/ftrace_enabled';

afterEach(clean);

interface Watching extends AsyncDisposable {
  readonly log: () => string;
  readonly process: ChildProcess;
  /** Waits until so many more convergences ended well than at the last call. */
  readonly converged: (what: string) => Promise<void>;
}

/** A watch of the two programs of a manifest, once it has attached them. */
async function watching(work: Workspace, ...options: readonly string[]): Promise<Watching> {
  const process = startFentryctl('watch', work.manifest, ...options);
  const log = collect(process);
  let seen = 0;
  const ended = (): number => log().match(/info +(?:converged|unchanged) /g)?.length ?? 0;
  const converged = async (what: string): Promise<void> => {
    await until(`${what}\n${log()}`, () => ended() > seen);
    seen = ended();
  };
  await converged('the first convergence');
  return {
    log,
    process,
    converged,
    [Symbol.asyncDispose]: async () => {
      process.kill('SIGTERM');
      await once(process, 'exit');
    },
  };
}

function programs(name: string): Workspace {
  const work = workspace(name);
  work.object('counter');
  work.programs('count_first: vfs_link', 'count_return: { target: vfs_link, replace: overlap }');
  return work;
}

/** The only pin below a manifest's directory with such an end. */
function pinOf(name: string, pattern: RegExp): string {
  const [found = '', ...more] = pins().filter(
    (pin) => pin.startsWith(`${name}/`) && pattern.test(pin),
  );
  expect(more).toEqual([]);
  return join(root, found);
}

/** That both programs see each call once. */
function countsOnce(name: string): void {
  const hits = `${root}/${name}/maps/it/hits`;
  const [before = 0, beforeReturn = 0] = counters(hits);
  linkFiles(3);
  const [after = 0, afterReturn = 0] = counters(hits);
  expect([after - before, afterReturn - beforeReturn]).toEqual([3, 3]);
}

test('what somebody removes is told by status, noticed by watch at once, and repaired', async () => {
  using work = programs('noticed');
  await using watch = await watching(work);
  const { log, process, converged } = watch;
  const drifts: readonly (readonly [pin: RegExp, told: RegExp])[] = [
    [/objects.*count_return.*\/link$/, /count_return .* loaded .*loaded, but not attached/],
    [/attachments.*\/link$/, /count_first .* broken .*its dispatcher/],
    [/attachments.*slot$/, /count_first .* broken .*its slot/],
    [/count_first\/vfs_link\/program$/, /count_first .* broken .*its program pin is missing/],
    [/maps\/it\/hits$/, /map.*hits/],
  ];

  for (const [pattern, told] of drifts) {
    const pin = pinOf('noticed', pattern);
    process.kill('SIGSTOP');
    unlinkSync(pin);
    const status = fentryctl('status', work.manifest);
    process.kill('SIGCONT');
    await converged(`${pin} is repaired`); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    expect(status.status, pin).toBe(2);
    expect(status.stdout, pin).toMatch(told);
    expect(log()).toContain(`pin gone  pin=${pin}`);
  }
  const repaired = fentryctl('status', work.manifest);
  countsOnce('noticed');

  expect(repaired).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(2);
  expect(log()).not.toContain('error');
  expect(log().match(/ converged /g)).toHaveLength(1 + drifts.length); // its own changes started none
});

test('a foreign file is told and left alone; in the way it is refused, and gone, all is repaired', async () => {
  using work = programs('foreign');
  await using watch = await watching(work);
  const { log, converged } = watch;

  symlinkSync('somebody', `${root}/foreign/notes`);
  await converged('the foreign file is looked at');
  const status = fentryctl('status', work.manifest);
  const slot = pinOf('foreign', /attachments.*slot$/);
  renameSync(`${root}/foreign/notes`, slot);
  await until('it is refused', () => log().includes('a foreign pin is in the way'));
  unlinkSync(slot);
  await converged('the slot is repaired');
  countsOnce('foreign');

  expect(status.stdout).toContain(`${root}/foreign/notes`);
  expect(log()).toContain(`pin added  pin=${root}/foreign/notes`);
  expect(log()).toContain(`pin replaced  pin=${slot}`);
  expect(tracingLinks()).toHaveLength(2);
});

test('what nobody tells, a resync finds', async () => {
  using work = programs('silent');
  await using watch = await watching(work, '--resync', '4s');
  const slot = pinOf('silent', /attachments.*slot$/);

  run('bpftool', ['map', 'delete', 'pinned', slot, 'key', '0', '0', '0', '0']);
  await watch.converged('the emptied slot is filled');

  countsOnce('silent');
});

test('when bpffs is unmounted, all is attached again once there is one', async () => {
  using work = programs('unmounted');
  await using watch = await watching(work);
  const { log, converged } = watch;

  run('umount', ['--lazy', mount]);
  try {
    await until('it is told', () => log().includes('is not in a BPF file system'));
    expect(tracingLinks()).toEqual([]);
  } finally {
    run('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', mount]);
  }
  await converged('all is attached again');
  countsOnce('unmounted');

  expect(log()).toContain('pin gone, and more');
  expect(log()).toContain('the BPF file system is there again');
  expect(tracingLinks()).toHaveLength(2);
});

test('what is mounted over bpffs hides the pins: nothing is attached twice', async () => {
  using work = programs('hidden');
  await using watch = await watching(work);
  const { log, process, converged } = watch;
  const links = tracingLinks();

  run('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', mount]);
  process.kill('SIGHUP');
  await until('the watch refuses', () => log().includes('waiting for a change'));
  const applied = fentryctl('apply', work.manifest);
  const status = fentryctl('status', work.manifest);
  const during = tracingLinks();
  run('mount', ['-t', 'tmpfs', 'tmpfs', '/sys/fs']);
  const elsewhere = fentryctl('apply', work.manifest);
  run('umount', ['/sys/fs']);
  run('umount', [mount]);
  await converged('the pins are in sight again');

  expect(log()).toMatch(/another file system is mounted over the BPF file system at .*vfs_link/);
  expect(applied).toMatchObject({
    status: 3,
    stderr: expect.stringContaining(`umount ${mount}`) as unknown,
  });
  expect(status).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('out of sight') as unknown,
  });
  expect(elsewhere).toMatchObject({
    status: 69,
    stderr: expect.stringContaining('unmount that') as unknown,
  });
  expect([during, tracingLinks()]).toEqual([links, links]);
});

test('what was switched off is tried again, told once, and attached without an edit', async () => {
  using work = workspace('again');
  work.object('counter');
  work.programs('count_first: { target: vfs_link, replace: overlap }');
  writeFileSync(ftrace, '0');
  const process = startFentryctl('watch', work.manifest);
  const log = collect(process);
  try {
    await until(`it is tried again\n${log()}`, () => log().includes('trying again'));
    writeFileSync(ftrace, '1');
    await until(`it is attached\n${log()}`, () => /info +converged /.test(log()));

    expect(tracingLinks()).toHaveLength(1);
    expect(log().match(/error +failed .*ftrace is switched off/g)).toHaveLength(1);
    expect(log().match(/error: /g)).toHaveLength(1);
    expect(log()).not.toContain('waiting for a change');
  } finally {
    writeFileSync(ftrace, '1');
    process.kill('SIGTERM');
    await once(process, 'exit');
  }
});
