// SPDX-License-Identifier: GPL-2.0
/*
 * One program on many kernel functions: counts the calls of each.
 *
 * The program is loaded once for each function of the manifest's list, and all
 * loads share the map. Which function called is told by bpf_get_func_ip, which
 * tracing programs have since 5.15. On older kernels this still loads, and
 * counts all functions together at address 0: CO-RE makes the question false
 * there, and the verifier never follows the branch with the helper.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);	/* the function's address; /proc/kallsyms has its name */
	__type(value, __u64);
} calls SEC(".maps");

/* The section names no function: the manifest does. */
SEC("fentry")
int count_call(void *ctx)
{
	const __u64 one = 1;
	__u64 function = 0;
	__u64 *count;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_func_ip))
		function = bpf_get_func_ip(ctx);
	count = bpf_map_lookup_elem(&calls, &function);
	if (!count) {
		/* Two CPUs may both find nothing: the second then adds to the first's entry. */
		if (!bpf_map_update_elem(&calls, &function, &one, BPF_NOEXIST))
			return 0;
		count = bpf_map_lookup_elem(&calls, &function);
		if (!count)
			return 0;
	}
	__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
