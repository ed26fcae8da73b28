import path from 'node:path';

/** Where root's is; that of our units is below it, which they cannot write to. */
const ofRoot = '/var/cache/fentryctl';

/**
 * The directory for what is costly to make again: the one that `FENTRYCTL_CACHE` or systemd names, else one of the user's own;
 * `undefined` where none is wanted, or none can be told. What root runs trusts no variable that names a home.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv, euid: number): string | undefined {
  const asked = env['FENTRYCTL_CACHE'];
  if (asked !== undefined && asked !== '') return absolute(asked); // "off" is no absolute path
  const given = absolute(env['CACHE_DIRECTORY']?.split(':')[0]); // systemd.exec(5): the first of them
  if (given !== undefined) return given;
  return euid === 0 ? ofRoot : ofUser(env);
}

/** As the XDG base directories have it, which ignore relative paths. */
function ofUser({ XDG_CACHE_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  const home = absolute(HOME);
  const caches = absolute(XDG_CACHE_HOME) ?? (home && path.join(home, '.cache'));
  return caches && path.join(caches, 'fentryctl');
}

function absolute(directory: string | undefined): string | undefined {
  return directory !== undefined && path.isAbsolute(directory) ? directory : undefined;
}
