import { expect, test } from 'vitest';
import { modulePaths } from '../../vm/initramfs.ts';

test('modules are loaded once each, in the order that modprobe gives', () => {
  const printed = [
    'builtin virtio',
    'insmod /a b/kernel/virtio_ring.ko ',
    'insmod /a b/kernel/virtio_pci.ko force=1',
    'insmod /a b/kernel/virtio_ring.ko ',
    'insmod /a b/kernel/9p.ko.xz ',
    '',
  ].join('\n');

  expect(modulePaths(printed)).toEqual([
    '/a b/kernel/virtio_ring.ko',
    '/a b/kernel/virtio_pci.ko',
    '/a b/kernel/9p.ko.xz',
  ]);
});
