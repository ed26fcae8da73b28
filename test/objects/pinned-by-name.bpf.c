// SPDX-License-Identifier: GPL-2.0
/* Asks libbpf to pin "shared_hits" at /sys/fs/bpf/shared_hits, outside our root. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} shared_hits SEC(".maps");

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(count_shared)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&shared_hits, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
