import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, makeWhole } from './cache.ts';
import { optionsForSuite } from './debian-suite.ts';
import { outputOf, requireTools, toolPath, UnavailableError } from './tool.ts';

/** What a Debian that is booted by its own systemd is made of, besides what these depend on. */
const wanted = [
  'base-files base-passwd bash bpftool coreutils dash diffutils dpkg findutils grep hostname kmod libbpf1 libc-bin',
  'libstdc++6 login mount procps sed systemd-sysv usr-is-merged util-linux',
]
  .join(' ')
  .split(' ');

/** What takes time at boot or waits for a device, and is no part of any test. */
const masked = [
  'getty@tty1.service',
  'getty-static.service',
  'serial-getty@ttyS0.service',
  'systemd-logind.service',
  'systemd-timesyncd.service',
  'systemd-pstore.service',
];

/**
 * A minimal Debian of this machine's own release, or of a suite (`trixie`), unpacked but not configured: the packages come from where apt
 * has them from. Made once; needs no privilege. Throws `UnavailableError` where that cannot be.
 */
export async function prepareDebianTree(suite?: string): Promise<string> {
  const path = join(cacheDirectory(), 'trees', contentDigest(suite));
  if (!existsSync(path)) {
    requireTools(['apt-get', 'dpkg-deb', 'tar']);
    await makeWhole(path, async (directory) => await build(directory, suite));
  }
  return join(path, 'root');
}

function contentDigest(suite = ''): string {
  return createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .update(suite)
    .digest('hex')
    .slice(0, 16);
}

async function build(directory: string, suite: string | undefined): Promise<void> {
  const [root, packages] = [join(directory, 'root'), join(directory, 'packages')];
  mkdirSync(join(packages, 'partial'), { recursive: true });
  const options = suite === undefined ? [] : await optionsForSuite(suite, directory);
  await download(directory, packages, options);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const files = readdirSync(packages).filter((name) => name.endsWith('.deb'));
  for (const file of files) await unpack(join(packages, file), root);
  configure(root);
  await registerAll(
    files.map((file) => join(packages, file)),
    root,
  );
  for (const waste of [
    packages,
    join(directory, 'lists'),
    ...['doc', 'man', 'locale'].map((name) => join(root, 'usr/share', name)),
  ])
    rmSync(waste, { recursive: true, force: true });
}

/** With an empty list of what is installed, apt fetches all that these depend on. */
async function download(
  directory: string,
  packages: string,
  suiteOptions: readonly string[],
): Promise<void> {
  const status = join(directory, 'status');
  writeFileSync(status, '');
  const settings = [
    `Dir::State::status=${status}`,
    `Dir::Cache::archives=${packages}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Debug::NoLocking=1',
  ].flatMap((setting) => ['-o', setting]);
  const options = ['-q', '-y', '--no-install-recommends', '--download-only'];
  try {
    await outputOf('apt-get', ['install', ...options, ...settings, ...suiteOptions, ...wanted]);
  } catch (cause) {
    throw new UnavailableError(
      'apt cannot fetch the packages of a minimal Debian; refresh its lists with: apt-get update',
      { cause },
    );
  }
}

async function unpack(file: string, root: string): Promise<void> {
  const script = '"$0" --fsys-tarfile "$1" | "$2" -x -C "$3" --keep-directory-symlink';
  const argv = ['-c', script, toolPath('dpkg-deb'), file, toolPath('tar'), root];
  await promisify(execFile)('/bin/sh', argv);
}

/** Tells dpkg of them, as if it had installed them itself, so that it can install what depends on them. */
async function registerAll(files: readonly string[], root: string): Promise<void> {
  const database = join(root, 'var/lib/dpkg');
  const fields = await Promise.all(
    files.map(async (file) => await outputOf('dpkg-deb', ['--field', file])),
  );
  const entries = fields.map((text) => `${text.trimEnd()}\nStatus: install ok installed\n`);
  writeFileSync(join(database, 'status'), entries.join('\n'));
  for (const text of fields) {
    // dpkg calls those of packages of which there may be several by their architecture too
    const [name, architecture] = [fieldOf(text, 'Package'), fieldOf(text, 'Architecture')];
    const isSame = fieldOf(text, 'Multi-Arch') === 'same';
    writeFileSync(join(database, 'info', `${name}${isSame ? `:${architecture}` : ''}.list`), '');
  }
}

function fieldOf(control: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
}

/** What the scripts of the packages would do, as far as a boot needs it. */
function configure(root: string): void {
  for (const name of ['passwd', 'group'])
    copyFileSync(join(root, 'usr/share/base-passwd', `${name}.master`), join(root, 'etc', name));
  if (!existsSync(join(root, 'usr/bin/sh'))) symlinkSync('dash', join(root, 'usr/bin/sh'));
  writeFileSync(join(root, 'etc/machine-id'), `${randomUUID().replaceAll('-', '')}\n`);
  writeFileSync(join(root, 'etc/hostname'), 'fentryctl-vm\n');
  writeFileSync(join(root, 'etc/fstab'), '');
  const units = join(root, 'etc/systemd/system');
  mkdirSync(units, { recursive: true });
  for (const name of masked) symlinkSync('/dev/null', join(units, name));
}
