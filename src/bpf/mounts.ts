export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly isReadOnly: boolean;
  /** `MAJOR:MINOR` of the file system, which a bind mount of it has as well. */
  readonly device: string;
}

/**
 * The mounts of this process's namespace, in the order of mounting. Lines of /proc/self/mountinfo are
 * `36 35 98:0 /root /point options [optional fields] - type source options`, spaces in names as `\040` (proc(5)).
 */
export function parseMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    if (after === undefined) return [];
    const [, , device = '', , point = '', options = ''] = before.split(' ');
    const [type = '', , ofWhole = ''] = after.split(' ');
    const isReadOnly = [options, ofWhole].some((text) => text.split(',').includes('ro'));
    return [{ point: unescape(point), type, isReadOnly, device }];
  });
}

/** The mount that a path is in: the last of those with the longest mount point. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const around = mounts.filter(({ point }) => isWithin(path, point));
  const longest = Math.max(...around.map(({ point }) => point.length));
  return around.findLast(({ point }) => point.length === longest);
}

/**
 * The mount point of a BPF file system that a path would be in, and is not, because another file system is mounted over it, whose
 * device is the path's; `undefined` if there is none.
 */
export function coveredBpffs(
  mounts: readonly Mount[],
  path: string,
  device: string,
): string | undefined {
  return mounts.find(
    (mount) => mount.type === 'bpf' && isWithin(path, mount.point) && mount.device !== device,
  )?.point;
}

/** As mountinfo writes it: a `dev_t` of Linux has 12 bits of major among 20 and more of minor (sys/sysmacros.h). */
export function deviceText(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}

function isWithin(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(parseInt(digits, 8)),
  );
}
