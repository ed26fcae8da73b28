import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeWhole } from '../test/vm/cache.ts';
import { optionsForSuite } from '../test/vm/debian-suite.ts';
import { outputOf, UnavailableError } from '../test/vm/tool.ts';
import { build } from './build.ts';

const suite = 'trixie';
const packages = ['bpftool', 'libc6', 'libcap2', 'libelf1t64', 'libzstd1', 'zlib1g'];
const directory = join(build, 'bpftool.later');
const libraries = join(directory, 'usr/lib/x86_64-linux-gnu');

/** How bpftool is called: the one that `bringLaterBpftool` brought, with its own C library, or the installed one. */
export const bpftool: readonly string[] = existsSync(directory)
  ? [
      join(libraries, 'ld-linux-x86-64.so.2'),
      '--library-path',
      libraries,
      join(directory, 'usr/sbin/bpftool'),
    ]
  : ['bpftool'];

/** Where the installed bpftool attaches nothing: that of a later Debian release, with what it needs. It is not installed. */
export async function bringLaterBpftool(): Promise<void> {
  if (existsSync(directory) || attaches()) return;
  process.stderr.write(`bench: fetching the bpftool of Debian ${suite}\n`);
  try {
    await makeWhole(directory, fetchInto);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
  }
}

function attaches(): boolean {
  const { stderr } = spawnSync('bpftool', ['prog', 'help'], { encoding: 'utf8' });
  return (stderr ?? '').includes('autoattach'); // null where there is no bpftool
}

async function fetchInto(root: string): Promise<void> {
  const files = join(root, 'packages');
  mkdirSync(files);
  const options = await optionsForSuite(suite, root);
  await outputOf('apt-get', ['download', '-q', ...options, ...packages], files);
  for (const file of readdirSync(files))
    await outputOf('dpkg-deb', ['-x', join(files, file), root]);
  for (const rest of ['packages', 'lists', 'sources.list'])
    rmSync(join(root, rest), { recursive: true });
}
