import { expect, test } from 'vitest';
import { mountOf, parseMounts } from '../../../src/doctor/mounts.ts';

const mountinfo = `22 28 0:21 / /proc rw,nosuid,nodev shared:5 - proc proc rw
23 28 0:22 / /sys ro,nosuid shared:6 - sysfs sysfs rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
35 23 0:30 / /sys/fs/bpf rw,nosuid shared:11 master:3 - bpf bpf rw,mode=700
36 28 0:31 / /mnt/a\\040b rw - bpf bpf ro
37 35 0:32 / /sys/fs/bpf ro - bpf bpf rw
`;

test('mountinfo: mount points, types and what is read-only, with any number of optional fields', () => {
  expect(parseMounts(mountinfo)).toEqual([
    { point: '/proc', type: 'proc', isReadOnly: false },
    { point: '/sys', type: 'sysfs', isReadOnly: true },
    { point: '/', type: 'ext4', isReadOnly: false },
    { point: '/sys/fs/bpf', type: 'bpf', isReadOnly: false },
    { point: '/mnt/a b', type: 'bpf', isReadOnly: true },
    { point: '/sys/fs/bpf', type: 'bpf', isReadOnly: true },
  ]);
});

test.each([
  ['/sys/fs/bpf/fentryctl', '/sys/fs/bpf', true],
  ['/sys/fs/bpf', '/sys/fs/bpf', true],
  ['/sys/fs/bpfother', '/sys', true],
  ['/mnt/a b/c', '/mnt/a b', true],
  ['/home', '/', false],
])('%s is in the mount at %s, the last one there', (path, point, isReadOnly) => {
  expect(mountOf(parseMounts(mountinfo), path)).toMatchObject({ point, isReadOnly });
});

test('without any mount there is none', () => {
  expect(mountOf([], '/sys')).toBeUndefined();
});
