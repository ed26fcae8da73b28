// SPDX-License-Identifier: GPL-2.0
/* The object of the fault tests whose programs change their targets; b4 is not in all manifests. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define COUNTERS(name)                               \
	struct {                                     \
		__uint(type, BPF_MAP_TYPE_ARRAY);    \
		__uint(max_entries, 4);              \
		__type(key, __u32);                  \
		__type(value, __u64);                \
	} name SEC(".maps")

COUNTERS(hits);	/* one for each call */

volatile __u64 total;

static __always_inline int hit(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(count, 1);
	__sync_fetch_and_add(&total, 1);
	return 0;
}

SEC("fentry/bpf_fentry_test5")
int BPF_PROG(b1)
{
	return hit(0);
}

SEC("fexit/bpf_fentry_test5")
int BPF_PROG(b2)
{
	return hit(1);
}

SEC("fentry/bpf_fentry_test6")
int BPF_PROG(b3)
{
	return hit(2);
}

SEC("fentry/bpf_fentry_test2")
int BPF_PROG(b4)
{
	return hit(3);
}

char LICENSE[] SEC("license") = "GPL";
