import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './fentryctl.ts';

/** Where the tool keeps its pins. */
export const root = '/sys/fs/bpf/fentryctl';

/** The kernel as bpftool shows it: an independent witness. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the shape of its answer
export function bpftool<Answer>(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = run('bpftool', ['-j', ...args]);
  // EAGAIN: just then a link is being made (kernel/bpf/syscall.c, bpf_link_by_id)
  if (stdout.includes('Resource temporarily unavailable')) return bpftool(...args);
  if (status !== 0) throw new Error(`bpftool ${args.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Answer; // the caller names the shape and asserts on what is in it
}

interface Link {
  readonly id: number;
  readonly type: string;
  readonly prog_id: number;
  readonly prog_type?: string;
}

/** systemd 257 of Debian has a program on an LSM hook itself, for RestrictFileSystems=. */
const hasSystemd = existsSync('/run/systemd/system');

/** All tracing links of the machine; nobody else makes any in the VM. */
export function tracingLinks(): readonly Link[] {
  return bpftool<readonly Link[]>('link', 'list').filter(
    (link) => link.type === 'tracing' && !(hasSystemd && link.prog_type === 'lsm'),
  );
}

/** Ids of all tracing programs of the machine. */
export function tracingPrograms(): readonly number[] {
  interface Program {
    readonly id: number;
    readonly type: string;
  }
  return bpftool<readonly Program[]>('prog', 'list')
    .filter((program) => program.type === 'tracing')
    .map((program) => program.id);
}

/** The values of an array map of 64-bit counters, by key. */
export function counters(pin: string): readonly number[] {
  interface Element {
    readonly formatted: { readonly key: number; readonly value: number };
  }
  return bpftool<readonly Element[]>('map', 'dump', 'pinned', pin).map(
    (element) => element.formatted.value,
  );
}

export function mapId(pin: string): number {
  return bpftool<{ readonly id: number }>('map', 'show', 'pinned', pin).id;
}

/** Calls `vfs_link` so many times, on a tmpfs; nothing else in the VM makes hard links, the tool itself included. */
export function linkFiles(count: number): void {
  const directory = mkdtempSync('/tmp/link-');
  writeFileSync(join(directory, 'file'), '');
  for (let index = 0; index < count; index += 1)
    linkSync(join(directory, 'file'), join(directory, String(index)));
  rmSync(directory, { recursive: true });
}

/** Calls `vfs_unlink` on a tmpfs. */
export function unlinkFile(): void {
  writeFileSync('/tmp/unlinked', '');
  rmSync('/tmp/unlinked');
}

const linkForever = `
  const { linkSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs');
  const directory = mkdtempSync('/tmp/linking-');
  writeFileSync(directory + '/file', '');
  let made = 0;
  const timer = setInterval(() => linkSync(directory + '/file', directory + '/' + made++), 150);
  process.on('SIGTERM', () => {
    clearInterval(timer);
    rmSync(directory, { recursive: true });
    process.stdout.write(String(made));
  });
`;

/** Calls `vfs_link` about 25 times a second in a process of its own until it is stopped; then tells how often. */
export function startLinking(): { readonly stop: () => Promise<number> } {
  const child = spawn(process.execPath, ['-e', linkForever], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    stop: async () => {
      child.kill('SIGTERM');
      return Number((await child.stdout.setEncoding('utf8').toArray()).join(''));
    },
  };
}

/** As a machine is where nobody set it: what other files of these tests set is the kernel's. */
export function countNoRuns(): void {
  writeFileSync('/proc/sys/kernel/bpf_stats_enabled', '0');
}

/** All paths below the root, without it. */
export function pins(): readonly string[] {
  return existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : [];
}

/** Removes whatever a failed test left. */
export function clean(): void {
  for (const path of pins().toSorted().toReversed()) run('rm', ['-d', join(root, path)]);
  if (existsSync(root)) run('rmdir', [root]);
}

/** Waits until something is so, looking often, and fails when it is not in time. */
export async function until(what: string, isSo: () => boolean, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
