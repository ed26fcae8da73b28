import { expect, test } from 'vitest';
import { capabilityHint } from '../../../src/bpf/privileges.ts';

test('a user becomes root for them', () => {
  expect(capabilityHint(['CAP_BPF'], 1000)).toBe('run it as root');
});

test('root has them kept from it by a unit, or a container', () => {
  expect(capabilityHint(['CAP_BPF', 'CAP_PERFMON'], 0)).toContain(
    '"CapabilityBoundingSet=CAP_BPF CAP_PERFMON" in a drop-in of its unit',
  );
});
