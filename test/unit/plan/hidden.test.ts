import { expect, test } from 'vitest';
import { hiddenOn } from '../../../src/plan/hidden.ts';
import { kernelFunction } from '../../../src/state/ids.ts';

test.each<[what: string, links: readonly number[] | undefined, isRefused: boolean]>([
  ['no link is on the function', [], false],
  ['every link on it has a pin in sight', [1, 2], false],
  ['one has none', [1, 7], true],
  ['the kernel does not tell', undefined, true],
])('%s', (_, links, isRefused) => {
  const target = { name: kernelFunction('vfs_read'), btfId: 5 };

  const hidden = hiddenOn('/mnt', [target], { on: () => links }, new Set([1, 2]));

  expect(hidden).toEqual(isRefused ? { point: '/mnt', functions: ['vfs_read'] } : undefined);
});
