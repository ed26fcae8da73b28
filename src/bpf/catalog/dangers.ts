/** Functions that the kernel lets programs attach to, and what may come of it. */
export interface Danger {
  /** Names, and globs that start with at least three letters. */
  readonly names: readonly string[];
  /** To stand after "cannot be attached to: ". */
  readonly reason: string;
}

/**
 * What is known to hang, deadlock or recurse, and what carries an attach itself. Where something was seen on a kernel, a comment says what; the
 * rest is concluded from which functions a trampoline and the helpers of a program call, and with which locks held. The kernel's own lists are
 * no measure: that of the verifier had four names at first, and that of kprobes is about breakpoints, which trampolines do without.
 */
export const dangers: readonly Danger[] = [
  {
    // An empty program on either of the first two: Linux 6.1 hangs at once. 6.12 has them on its own list, and the counters of preemption.
    names: ['__rcu_read_lock', '__rcu_read_unlock', 'preempt_count_add', 'preempt_count_sub'],
    reason: 'every trampoline calls it, and that call would run the trampoline again, without end',
  },
  {
    // Marked `notrace` where they are known to be called before a program is found to be running already.
    names: [
      '__bpf_prog_enter*',
      '__bpf_prog_exit*',
      '__bpf_tramp_enter',
      '__bpf_tramp_exit',
      'bpf_prog_start_time',
      'update_prog_stats',
      'inc_misses_counter',
      'sched_clock*',
      'local_clock*',
      'preempt_schedule*',
    ],
    reason: 'trampolines run through it, before or after they guard against running twice',
  },
  {
    // A program on _raw_spin_unlock_irqrestore that writes to a ring buffer: Linux 5.10 hangs at once, 6.1 and 6.12 when others write to it too.
    names: ['_raw_spin_unlock*', '_raw_read_unlock*', '_raw_write_unlock*', '__raw_spin_unlock*'],
    reason:
      'it runs while a lock is held, which can be that of a ring buffer or map that the program then waits for, for ever',
  },
  {
    // A program on _raw_spin_lock or _raw_spin_lock_irqsave that writes to a ring buffer: Linux 5.10 hangs at once.
    names: [
      '_raw_spin_lock*',
      '_raw_spin_trylock*',
      '_raw_read_lock*',
      '_raw_read_trylock*',
      '_raw_write_lock*',
      '_raw_write_trylock*',
      '__raw_spin_lock*',
      'queued_spin_lock_slowpath',
      'native_queued_spin_lock_slowpath',
      'queued_read_lock_slowpath',
      'queued_write_lock_slowpath',
      '__pv_queued_*',
      'osq_lock',
      'osq_unlock',
      'lock_acquire',
      'lock_release',
    ],
    reason: 'helpers and maps take such locks: a program on it runs inside of the waiting for one',
  },
  {
    names: [
      'rcu_read_unlock_special',
      'rcu_read_unlock_trace_special',
      'rcu_preempt_deferred_qs*',
      'rcu_is_watching',
      'rcu_nmi_*',
      'rcu_irq_*',
      'rcu_idle_*',
      'rcu_user_*',
      'rcu_eqs_*',
      'rcu_dynticks_*',
      'ct_kernel_*',
      'ct_idle_*',
      'ct_irq_*',
      'ct_nmi_*',
    ],
    reason: 'it is part of how RCU tells what is still in use, on which programs and maps rely',
  },
  {
    // What the kernel's own tests leave out when they attach to everything (tools/testing/selftests/bpf, kprobe_multi).
    names: [
      'arch_cpu_idle',
      'default_idle',
      'mwait_idle',
      'default_enter_idle',
      'acpi_idle_*',
      'acpi_safe_halt',
      'acpi_processor_ffh_cstate_enter',
      'intel_idle*',
      'cpuidle_enter*',
    ],
    reason:
      'RCU does not watch an idle processor: what the program uses may be freed while it runs',
  },
  {
    names: [
      'bpf_trampoline_*',
      '__bpf_trampoline_*',
      'bpf_tramp_*',
      '__bpf_tramp_image*',
      'arch_prepare_bpf_trampoline',
      '__arch_prepare_bpf_trampoline',
      'arch_bpf_trampoline_size',
      'arch_alloc_bpf_trampoline',
      'arch_free_bpf_trampoline',
      'bpf_dispatcher_*',
      'bpf_arch_text_poke*',
      '__bpf_arch_text_poke*',
    ],
    reason: 'attaching and detaching run through it: it would be changed while it runs',
  },
  {
    names: [
      'text_poke*',
      '__text_poke',
      'smp_text_poke*',
      'do_sync_core',
      'ftrace_make_*',
      'ftrace_modify_*',
      'ftrace_replace_code',
      'ftrace_update_*',
      'ftrace_run_*',
      'ftrace_startup*',
      'ftrace_shutdown*',
      'ftrace_set_filter*',
      'ftrace_hash_move*',
      'ftrace_arch_*',
      'arch_ftrace_*',
      'register_ftrace_direct*',
      'unregister_ftrace_direct*',
      'modify_ftrace_direct*',
      'arch_jump_label_transform*',
    ],
    reason: 'code is patched through it, that of the attach included',
  },
  {
    // A program that calls the helper: Linux 5.10 hangs at once on bpf_get_current_comm, bpf_get_current_pid_tgid, bpf_ktime_get_ns,
    // ktime_get_mono_fast_ns, __htab_map_lookup_elem, lookup_nulls_elem_raw, bpf_ringbuf_submit, bpf_ringbuf_reserve and __bpf_ringbuf_reserve.
    names: [
      '__bpf_ringbuf_*',
      'bpf_ringbuf_*',
      'bpf_lru_*',
      '__bpf_lru_*',
      'bpf_common_lru_*',
      'bpf_percpu_lru_*',
      '__local_list_*',
      '__pcpu_freelist_*',
      'pcpu_freelist_pop',
      'pcpu_freelist_push',
      'htab_*_elem',
      '__htab_*_elem',
      'htab_lock_bucket',
      'htab_unlock_bucket',
      'lookup_elem_raw',
      'lookup_nulls_elem_raw',
      'alloc_htab_elem',
      'free_htab_elem',
      'array_map_lookup_elem',
      'array_map_update_elem',
      'percpu_array_map_lookup_elem',
      'bpf_map_lookup_elem',
      'bpf_map_update_elem',
      'bpf_map_delete_elem',
      'bpf_spin_lock',
      'bpf_spin_unlock',
      '__bpf_spin_*',
      'bpf_get_current_*',
      'bpf_get_smp_processor_id',
      'bpf_ktime_get_*',
      'bpf_probe_read_*',
      'bpf_perf_event_output*',
      '__bpf_perf_event_output',
      'copy_from_kernel_nofault',
      'strncpy_from_kernel_nofault',
      'ktime_get_*_fast_ns',
      'irq_work_queue',
      '__irq_work_queue_local',
    ],
    reason:
      'programs call it by their helpers: one of them runs inside of another, and before Linux 5.12 inside of itself',
  },
  {
    names: [
      'printk',
      '_printk*',
      'vprintk*',
      'printk_sprint',
      'printk_parse_prefix',
      'printk_get_next_message',
      '__printk_safe_*',
      '__printk_cpu_sync_*',
      'prb_*',
      'console_lock*',
      'console_trylock*',
      'console_unlock',
      'console_flush*',
      'console_emit*',
      'serial8250_console_write',
      'univ8250_console_write',
      'uart_console_write',
      'xen_raw_console_write',
      'nbcon_*',
    ],
    reason:
      'what the kernel has to say of a program that goes wrong comes through it, with locks held',
  },
  {
    names: [
      'exc_nmi',
      'do_nmi',
      'default_do_nmi',
      'nmi_handle',
      'nmi_cpu_backtrace*',
      'perf_event_nmi_handler',
      'perf_ibs_nmi_handler',
      'unknown_nmi_error',
      'pci_serr_error',
      'io_check_error',
      'do_int3',
      'kprobe_int3_handler',
      'do_machine_check',
    ],
    reason: 'it can interrupt a holder of any lock, which a program there would wait for, for ever',
  },
];
