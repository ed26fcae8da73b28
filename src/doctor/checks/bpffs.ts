import type { Facts } from '../facts.ts';
import type { Found } from '../finding.ts';
import { notAllowed, ok, unsupported, warning } from '../finding.ts';
import { mountOf } from '../../bpf/mounts.ts';

/** Where the pins go: mounted, to be written, and not covered by another mount. */
export function checkBpffs({ bpffs }: Facts): Found {
  const { root, mounts, isBpffs, nearest, isWritable, sandbox } = bpffs;
  if (!isBpffs) return notMounted(bpffs);
  const mount = mountOf(mounts, nearest);
  if (mount?.isReadOnly === true)
    return notAllowed(
      `"${mount.point}" is mounted read-only${by(sandbox)}`,
      'of a systemd unit: ProtectKernelTunables=no; of a container: mount /sys/fs/bpf into it, writable',
    );
  if (!isWritable)
    return notAllowed(
      `"${nearest}" is not ours to write`,
      'run it as root, or let --root name a directory in bpffs of your own',
    );
  const covered = mounts.filter(({ type, point }) => type === 'bpf' && point === mount?.point);
  if (covered.length > 1)
    return warning(
      `"${mount?.point}" is mounted ${covered.length} times, one over the other: pins beneath are hidden, and run on`,
      `umount ${mount?.point}`,
    );
  return ok(`${root} is in "${mount?.point ?? nearest}", and writable`);
}

function notMounted({ root, mounts, sandbox }: Facts['bpffs']): Found {
  const elsewhere = mounts.find(({ type }) => type === 'bpf');
  if (elsewhere !== undefined)
    return unsupported(
      `"${root}" is not in a BPF file system; one is mounted at "${elsewhere.point}"`,
      `--root ${elsewhere.point}/fentryctl`,
    );
  return unsupported(
    `no BPF file system is mounted${by(sandbox)}`,
    sandbox === undefined
      ? 'mount -t bpf bpf /sys/fs/bpf'
      : 'mount it outside, and let the sandbox show /sys/fs/bpf',
  );
}

function by(sandbox: string | undefined): string {
  return sandbox === undefined ? '' : ` here, in ${sandbox}`;
}
