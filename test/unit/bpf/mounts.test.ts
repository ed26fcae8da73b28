import { expect, test } from 'vitest';
import { coveredBpffs, deviceText, mountOf, parseMounts } from '../../../src/bpf/mounts.ts';

const mountinfo = `22 28 0:21 / /proc rw,nosuid,nodev shared:5 - proc proc rw
23 28 0:22 / /sys ro,nosuid shared:6 - sysfs sysfs rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
35 23 0:30 / /sys/fs/bpf rw,nosuid shared:11 master:3 - bpf bpf rw,mode=700
36 28 0:31 / /mnt/a\\040b rw - bpf bpf ro
37 35 0:32 / /sys/fs/bpf ro - bpf bpf rw
`;

test('mountinfo: mount points, types and what is read-only, with any number of optional fields', () => {
  expect(parseMounts(mountinfo)).toEqual([
    { point: '/proc', type: 'proc', isReadOnly: false, device: '0:21' },
    { point: '/sys', type: 'sysfs', isReadOnly: true, device: '0:22' },
    { point: '/', type: 'ext4', isReadOnly: false, device: '8:1' },
    { point: '/sys/fs/bpf', type: 'bpf', isReadOnly: false, device: '0:30' },
    { point: '/mnt/a b', type: 'bpf', isReadOnly: true, device: '0:31' },
    { point: '/sys/fs/bpf', type: 'bpf', isReadOnly: true, device: '0:32' },
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

test.each([
  ['a BPF file system over another', '/sys/fs/bpf/fentryctl', '0:32', '/sys/fs/bpf'],
  ['the lower one is what one sees, as a bind mount has it', '/mnt/a b/x', '0:31', undefined],
  ['another file system over it', '/mnt/a b/x', '8:1', '/mnt/a b'],
  ['a path elsewhere', '/sys/fs/bpfother', '0:22', undefined],
])('%s', (_, path, device, point) => {
  expect(coveredBpffs(parseMounts(mountinfo), path, device)).toBe(point);
});

test.each([
  [0x1f, '0:31'],
  [0x801, '8:1'],
  [0x10_0000 + 0x23, '0:291'],
  [0x103_05, '259:5'],
])('device %d is %s', (device, text) => {
  expect(deviceText(device)).toBe(text);
});
