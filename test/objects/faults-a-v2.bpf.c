// SPDX-License-Identifier: GPL-2.0
/* The next version of faults-a: the same maps, other code, and a3 is of another kind. */
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
COUNTERS(sums);	/* of what each call adds */
volatile __u64 total;

static __always_inline int hit(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(count, 1);
	count = bpf_map_lookup_elem(&sums, &slot);
	if (count)
		__sync_fetch_and_add(count, 1000);
	__sync_fetch_and_add(&total, 1000);
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(a1)
{
	return hit(0);
}

SEC("fentry/bpf_fentry_test2")
int BPF_PROG(a2)
{
	return hit(1);
}

SEC("fentry/bpf_fentry_test3")
int BPF_PROG(a3)
{
	return hit(2);
}

SEC("fentry/bpf_fentry_test4")
int BPF_PROG(a4)
{
	return hit(3);
}

char LICENSE[] SEC("license") = "GPL";
