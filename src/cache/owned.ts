import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { Stats } from 'node:fs';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Whether a file or a directory belongs to a user, and nobody else can write to it. */
export function isOwned({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, euid: number): boolean {
  return uid === euid && (mode & 0o022) === 0;
}

/** Opens a directory that is the user's alone, and no symlink. What is then reached through the descriptor is in that one. */
export function openOwnDirectory(directory: string, euid: number): number {
  return openOwn(directory, euid, O_DIRECTORY);
}

/** The same of a file, to read it; a pipe that somebody put there keeps nobody waiting. */
export function openOwnFile(file: string, euid: number): number {
  return openOwn(file, euid, O_NONBLOCK);
}

function openOwn(file: string, euid: number, flag: number): number {
  const fd = openSync(file, O_RDONLY | O_NOFOLLOW | flag);
  const stats = fstatSync(fd);
  if (isOwned(stats, euid) && (flag === O_DIRECTORY || stats.isFile())) return fd;
  closeSync(fd);
  throw new Error(`"${file}" is not ours alone`);
}
