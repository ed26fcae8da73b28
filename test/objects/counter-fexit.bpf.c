// SPDX-License-Identifier: GPL-2.0
/* Another version of counter: its first program is fexit, and each call counts 1000 in the same map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

SEC("fexit/bpf_fentry_test1")
int BPF_PROG(count_first)
{
	__u32 slot = 0;
	__u64 *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(count, 1000);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
