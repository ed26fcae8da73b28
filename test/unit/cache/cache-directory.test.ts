import { describe, expect, test } from 'vitest';
import { cacheDirectory } from '../../../src/cache/cache-directory.ts';

const root = 0;
const user = 1000;
const home = { HOME: '/home/anna' };

describe('the directory for compiled code', () => {
  test.for<readonly [string, NodeJS.ProcessEnv, number, string | undefined]>([
    ['root', { HOME: '/root', XDG_CACHE_HOME: '/x' }, root, '/var/cache/fentryctl'],
    ['a user', home, user, '/home/anna/.cache/fentryctl'],
    ['a user with a cache', { ...home, XDG_CACHE_HOME: '/fast' }, user, '/fast/fentryctl'],
    ['a relative cache', { ...home, XDG_CACHE_HOME: 'fast' }, user, '/home/anna/.cache/fentryctl'],
    ['a user without a home', {}, user, undefined],
    ['a relative home', { HOME: '.' }, user, undefined],
    ['a unit', { CACHE_DIRECTORY: '/var/cache/mine' }, user, '/var/cache/mine'],
    ['a unit of root', { CACHE_DIRECTORY: '/var/cache/mine' }, root, '/var/cache/mine'],
    ['a unit with several', { CACHE_DIRECTORY: '/a:/b' }, user, '/a'],
    ['a unit with none', { ...home, CACHE_DIRECTORY: '' }, user, '/home/anna/.cache/fentryctl'],
    ['who asks for one', { FENTRYCTL_CACHE: '/c', CACHE_DIRECTORY: '/a' }, root, '/c'],
    ['who wants none', { ...home, FENTRYCTL_CACHE: 'off', CACHE_DIRECTORY: '/a' }, user, undefined],
    ['who asks for a relative one', { FENTRYCTL_CACHE: 'c' }, root, undefined],
    ['who asks for nothing', { FENTRYCTL_CACHE: '' }, root, '/var/cache/fentryctl'],
  ])('of %s', ([, env, euid, directory]) => {
    expect(cacheDirectory(env, euid)).toBe(directory);
  });
});
