// SPDX-License-Identifier: GPL-2.0
/* One program that loads beside one that the verifier rejects after some hundred lines of log. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define ENTRIES 4

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[ENTRIES]);
} values SEC(".maps");

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(good)
{
	__u32 key = 0;
	__u64 *entries = bpf_map_lookup_elem(&values, &key);

	if (entries)
		__sync_fetch_and_add(&entries[0], 1);
	return 0;
}

/* Unknown to the verifier, so neither side of each question can be left out. */
static __always_inline __u64 unknown_bits(void)
{
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < 8; i++)
		if (bpf_get_prandom_u32() & 1)
			sum += bpf_ktime_get_ns() >> 60;
	return sum;
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(bad)
{
	__u32 key = 0;
	__u64 *entries = bpf_map_lookup_elem(&values, &key);

	if (entries)
		entries[unknown_bits()] += 1; /* the verifier knows: at most 120, but not at most 3 */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
