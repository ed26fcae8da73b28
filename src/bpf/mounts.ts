import type { Mount } from './facts.ts';

/**
 * The mounts of this process's namespace, in the order of mounting. Lines of /proc/self/mountinfo are
 * `36 35 98:0 /root /point options [optional fields] - type source options`, spaces in names as `\040` (proc(5)).
 */
export function parseMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    if (after === undefined) return [];
    const [, , , , point = '', options = ''] = before.split(' ');
    const [type = '', , ofWhole = ''] = after.split(' ');
    const isReadOnly = [options, ofWhole].some((text) => text.split(',').includes('ro'));
    return [{ point: unescape(point), type, isReadOnly }];
  });
}

/** The mount that a path is in: the last of those with the longest mount point. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const around = mounts.filter(({ point }) => isWithin(path, point));
  const longest = Math.max(...around.map(({ point }) => point.length));
  return around.findLast(({ point }) => point.length === longest);
}

function isWithin(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(parseInt(digits, 8)),
  );
}
