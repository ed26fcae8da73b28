import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, UnavailableError } from './tool.ts';

/** Debian's keys, where its own package puts them. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Options that let apt see another release of Debian, from where this machine has its own, and nothing else; its lists are kept in a directory.
 * Throws `UnavailableError` where there is no such release.
 */
export async function optionsForSuite(
  suite: string,
  directory: string,
): Promise<readonly string[]> {
  const [sources, lists] = [join(directory, 'sources.list'), join(directory, 'lists')];
  const keys = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(sources, `deb ${keys}${await archive()} ${suite} main\n`);
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `Dir::State::lists=${lists}`,
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  try {
    await outputOf('apt-get', ['update', '-q', ...options]);
  } catch (cause) {
    throw new UnavailableError(`apt cannot fetch the lists of Debian ${suite}`, { cause });
  }
  return options;
}

/** Where this machine's own packages come from. */
async function archive(): Promise<string> {
  const filters = ['Created-By: Packages', 'Label: Debian', 'Component: main'];
  const text = await outputOf('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...filters]);
  const [first = ''] = text.split('\n');
  if (first === '') throw new UnavailableError('apt has no packages of Debian itself');
  return first;
}
