import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeWhole } from './cache.ts';
import type { Kernel } from './kernel.ts';
import { outputOf, requireTools, toolPath, UnavailableError } from './tool.ts';

// What these need themselves, and in which order, differs from kernel to kernel: modprobe knows.
const wanted = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];
const commands =
  'sh cat chroot cp dirname echo insmod ln mkdir mount umount uname switch_root'.split(' ');
const directories = [
  'bin',
  'modules.d',
  'proc',
  'sys',
  'dev',
  'host',
  'changes',
  'new',
  'layer',
  'vm',
];
const sources = import.meta.dirname;

/** The initramfs for a kernel, made once for each version of what goes into it. */
export async function prepareInitramfs(kernel: Kernel): Promise<string> {
  const path = join(dirname(kernel.image), `initramfs-${contentDigest()}`);
  if (!existsSync(path)) {
    requireTools(['busybox', 'cpio', 'modprobe', 'xz']);
    await makeWhole(path, (directory) => build(kernel, directory));
  }
  return join(path, 'initramfs.cpio');
}

function contentDigest(): string {
  const hash = createHash('sha256')
    .update(wanted.join())
    .update(commands.join())
    .update(directories.join());
  for (const file of [busybox(), join(sources, 'init.sh'), join(sources, 'guest.sh')])
    hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function busybox(): string {
  const path = toolPath('busybox');
  if (readFileSync(path).includes('/ld-linux')) {
    throw new UnavailableError(`${path} needs shared libraries; install busybox-static instead`);
  }
  return path;
}

async function build(kernel: Kernel, directory: string): Promise<void> {
  const root = join(directory, 'root');
  for (const name of directories) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(busybox(), join(root, 'bin', 'busybox'));
  for (const name of commands) symlinkSync('busybox', join(root, 'bin', name));
  copyFileSync(join(sources, 'init.sh'), join(root, 'init'));
  copyFileSync(join(sources, 'guest.sh'), join(root, 'guest.sh'));
  chmodSync(join(root, 'init'), 0o755);
  await addModules(kernel, root);
  await archive(root, join(directory, 'initramfs.cpio'));
}

async function addModules(kernel: Kernel, root: string): Promise<void> {
  const names: string[] = [];
  for (const path of await modulesInOrder(kernel)) {
    const name = basename(path).replace(/\.xz$/, '');
    const target = join(root, 'modules.d', name);
    copyFileSync(path, path.endsWith('.xz') ? `${target}.xz` : target);
    if (path.endsWith('.xz')) await outputOf('xz', ['--decompress', `${target}.xz`]);
    names.push(name);
  }
  writeFileSync(join(root, 'modules'), `${names.join('\n')}\n`);
}

async function modulesInOrder(kernel: Kernel): Promise<readonly string[]> {
  const base = dirname(dirname(dirname(kernel.modules)));
  const argv = ['-d', base, '-S', kernel.release, '--show-depends', '--all', ...wanted];
  return modulePaths(await outputOf('modprobe', argv));
}

/** The files in what `modprobe --show-depends` prints, each once, in the order to load them. */
export function modulePaths(text: string): readonly string[] {
  return [
    ...new Set([...text.matchAll(/^insmod (.*\.ko(?:\.xz)?)\b/gm)].map(([, path = '']) => path)),
  ];
}

async function archive(root: string, target: string): Promise<void> {
  const script = 'find . -print0 | cpio --null --create --format=newc --owner=0:0 --quiet >"$0"';
  await promisify(execFile)('/bin/sh', ['-c', script, target], { cwd: root });
}
