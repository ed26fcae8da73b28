import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Which Debian package brings each program that the VM is made with. */
const packageOf = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'apt-cache': 'apt',
  'apt-get': 'apt',
  busybox: 'busybox-static',
  cpio: 'cpio',
  depmod: 'kmod',
  'dpkg-deb': 'dpkg',
  gzip: 'gzip',
  modprobe: 'kmod',
  setpriv: 'util-linux',
  tar: 'tar',
  xz: 'xz-utils',
} as const;

export type Tool = keyof typeof packageOf;

/** The machine lacks what a VM needs; `message` says which Debian packages would bring it. */
export class UnavailableError extends Error {}

/** Where a program is; kmod's programs are in directories that only root has on its path. */
export function toolPath(tool: Tool): string {
  const path = find(tool);
  if (path === undefined) throw missing([tool]);
  return path;
}

/** All that is missing at once, as one error. */
export function requireTools(tools: readonly Tool[]): void {
  const absent = tools.filter((tool) => find(tool) === undefined);
  if (absent.length > 0) throw missing(absent);
}

/** What a program printed; throws with its own words when it fails. */
export async function outputOf(
  tool: Tool,
  argv: readonly string[],
  directory = '/',
): Promise<string> {
  const { stdout } = await promisify(execFile)(toolPath(tool), argv, {
    cwd: directory,
    env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

function find(tool: Tool): string | undefined {
  const directories =
    `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`.split(':');
  return directories
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, tool))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(tools: readonly Tool[]): UnavailableError {
  const packages = [...new Set(tools.map((tool) => packageOf[tool]))].join(' ');
  return new UnavailableError(
    `missing ${tools.join(', ')}; install with: apt-get install --no-install-recommends ${packages}`,
  );
}
