import { describe, expect, test } from 'vitest';
import { dangerOf } from '../../../../src/bpf/catalog/dangerous.ts';
import { dangers } from '../../../../src/bpf/catalog/dangers.ts';

describe('functions that are left alone', () => {
  test.each([
    ['__rcu_read_lock', /without end/],
    ['_raw_spin_unlock_irqrestore', /while a lock is held/],
    ['native_queued_spin_lock_slowpath', /take such locks/],
    ['bpf_trampoline_link_prog', /changed while it runs/],
    ['text_poke_bp', /code is patched/],
    ['vprintk_emit', /with locks held/],
    ['prb_reserve_in_last', /with locks held/],
    ['arch_cpu_idle', /RCU does not watch/],
    ['__htab_map_lookup_elem', /by their helpers/],
  ])('%s', (name, reason) => {
    expect(dangerOf(name)).toMatch(reason);
  });
});

test.each([
  'vfs_read',
  'tcp_v4_connect',
  'mutex_lock',
  'down_read',
  'schedule',
  'do_exit',
  'call_rcu',
  'handle_mm_fault',
  'bpf_fentry_test1',
  'bpf_prog_load',
  'kmem_cache_alloc',
  'irq_work_run',
  'lookup_fast',
  'prb_open_block',
])('%s is anybody’s', (name) => {
  expect(dangerOf(name)).toBeUndefined();
});

test('each reason goes on after "cannot be attached to: ", and each name is said once and found by its start', () => {
  const names = dangers.flatMap((danger) => danger.names);

  for (const name of names) expect(name).toMatch(/^[a-z_0-9]{3}/);
  for (const { reason } of dangers) expect(reason).toMatch(/^[a-zR][^\n]*[^.\n]$/);
  expect(new Set(names).size).toBe(names.length);
});
