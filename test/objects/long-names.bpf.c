// SPDX-License-Identifier: GPL-2.0
/* Names that agree in their first 15 bytes, which is all that the kernel keeps of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define COUNTER(name)					\
	struct {					\
		__uint(type, BPF_MAP_TYPE_ARRAY);	\
		__uint(max_entries, 1);			\
		__type(key, __u32);			\
		__type(value, __u64);			\
	} name SEC(".maps")

COUNTER(calls_of_the_test_first);
COUNTER(calls_of_the_test_second);

static __always_inline int hit(void *map, __u64 step)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(map, &key);

	if (count)
		__sync_fetch_and_add(count, step);
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(count_calls_of_test_first)
{
	return hit(&calls_of_the_test_first, 1);
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(count_calls_of_test_second)
{
	return hit(&calls_of_the_test_second, 2);
}

char LICENSE[] SEC("license") = "GPL";
