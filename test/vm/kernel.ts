import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, makeWhole } from './cache.ts';
import { outputOf, requireTools, UnavailableError } from './tool.ts';

/** A kernel that a Debian release offers. */
export interface KernelPackage {
  /** What `uname -r` will say. */
  readonly release: string;
  /** Version of the package; `undefined` for one that is known from the cache alone. */
  readonly version: string | undefined;
  /** Where it is, or will be, in the cache. */
  readonly directory: string;
}

/** A kernel that is ready to boot. */
export interface Kernel {
  readonly release: string;
  readonly image: string;
  /** The directory that belongs on /lib/modules/RELEASE, with depmod's index. */
  readonly modules: string;
}

/** The kernel of that series (`6.1`), or the release's own; downloads nothing. */
export async function findKernel(series: string | undefined): Promise<KernelPackage> {
  if (process.arch !== 'x64')
    throw new UnavailableError(`no kernel for ${process.arch}: only x64 is known so far`);
  for (const candidate of candidates(series)) {
    const found = await imageBehind(candidate); // the first that exists wins
    if (found !== undefined && isOfSeries(found.release, series)) return found;
  }
  const cached = cachedKernels().findLast((kernel) => isOfSeries(kernel.release, series));
  if (cached !== undefined) return cached;
  throw new UnavailableError(
    `no ${series ?? 'stock'} kernel is known to apt; refresh its lists with: apt-get update`,
  );
}

/** Downloads and unpacks the kernel unless the cache has it. Needs no privilege. */
export async function prepareKernel(kernel: KernelPackage): Promise<Kernel> {
  if (!existsSync(kernel.directory)) {
    requireTools([
      'apt-get',
      'apt-cache',
      'dpkg-deb',
      'depmod',
      'modprobe',
      'cpio',
      'xz',
      'busybox',
    ]);
    await makeWhole(kernel.directory, (directory) => unpackKernel(kernel, directory));
  }
  const root = join(kernel.directory, 'root');
  return {
    release: kernel.release,
    image: join(kernel.directory, 'vmlinuz'),
    modules: join(root, 'lib', 'modules', kernel.release),
  };
}

// Metapackages: the release's own kernel, then that of a series from backports.
function candidates(series: string | undefined): readonly string[] {
  return series === undefined
    ? ['linux-image-amd64']
    : ['linux-image-amd64', `linux-image-${series}-amd64`];
}

function isOfSeries(release: string, series: string | undefined): boolean {
  return series === undefined || release === series || release.startsWith(`${series}.`);
}

async function imageBehind(metapackage: string): Promise<KernelPackage | undefined> {
  const text = await packageRecord(metapackage);
  const match = /^Depends:.*\blinux-image-(\d\S*)(?: \(= ([^)]+)\))?/m.exec(text);
  const [, release, version] = match ?? [];
  if (release === undefined) return undefined;
  return { release, version, directory: kernelDirectory(release, version ?? 'any') };
}

async function packageRecord(name: string): Promise<string> {
  try {
    return await outputOf('apt-cache', ['show', '--no-all-versions', name]);
  } catch {
    return ''; // apt knows no such package, or there is no apt: the cache may still help
  }
}

function kernelDirectory(release: string, version: string): string {
  return join(cacheDirectory(), 'kernels', `${release}_${version}`);
}

function cachedKernels(): readonly KernelPackage[] {
  const directory = join(cacheDirectory(), 'kernels');
  if (!existsSync(directory)) return [];
  const order = new Intl.Collator('en', { numeric: true });
  return readdirSync(directory)
    .filter((name) => /^\d[^_]*_/.test(name))
    .toSorted((a, b) => order.compare(a, b))
    .map((name) => ({
      release: name.slice(0, name.indexOf('_')),
      version: undefined,
      directory: join(directory, name),
    }));
}

async function unpackKernel(kernel: KernelPackage, directory: string): Promise<void> {
  const root = join(directory, 'root');
  const packages = join(directory, 'packages');
  mkdirSync(packages, { recursive: true });
  await outputOf('apt-get', ['download', '-q', ...(await packagesOf(kernel))], packages);
  for (const file of readdirSync(packages)) {
    await outputOf('dpkg-deb', ['-x', join(packages, file), root]);
  }
  // Kernels from 7.x on come without /lib, as it is a link to /usr/lib on today's Debian.
  if (!existsSync(join(root, 'lib'))) symlinkSync('usr/lib', join(root, 'lib'));
  await outputOf('depmod', ['-b', root, kernel.release]);
  takeImage(kernel, root, join(directory, 'vmlinuz'));
  for (const waste of [packages, join(root, 'usr', 'share')])
    rmSync(waste, { recursive: true, force: true });
}

// From 7.x on the image package only depends on the ones that hold the files.
async function packagesOf(kernel: KernelPackage): Promise<readonly string[]> {
  const image = `linux-image-${kernel.release}`;
  const record = await packageRecord(image);
  const depends = /^Depends:.*$/m.exec(record)?.[0] ?? '';
  const parts = [...depends.matchAll(/\blinux-(?:binary|modules)-[^\s,]+/g)].map(([name]) => name);
  return [image, ...parts];
}

function takeImage(kernel: KernelPackage, root: string, target: string): void {
  const inBoot = join(root, 'boot', `vmlinuz-${kernel.release}`);
  if (existsSync(inBoot)) renameSync(inBoot, target);
  else copyFileSync(join(root, 'lib', 'modules', kernel.release, 'vmlinuz'), target);
}
