/**
 * What the verifier refuses by name, with EINVAL and an empty log, since the trampoline itself calls it (`btf_id_deny` in
 * kernel/bpf/verifier.c, Linux 5.13 and stable releases before). What only newer kernels have on that list is in `dangerous.ts`.
 */
const denied: ReadonlySet<string> = new Set([
  'migrate_disable',
  'migrate_enable',
  '___migrate_enable',
  'rcu_read_unlock_strict',
]);

/** Whether the kernel keeps programs off it by its own list. */
export function isDenied(name: string): boolean {
  return denied.has(name);
}
