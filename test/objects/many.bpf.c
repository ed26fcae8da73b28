// SPDX-License-Identifier: GPL-2.0
/* Twenty programs, p00 to p19, each with a slot of its own in "hits". */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 20);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

static __always_inline int hit(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

#define PROGRAM(tens, ones)			\
	SEC("fentry/bpf_fentry_test1")		\
	int p##tens##ones(void *ctx)		\
	{					\
		return hit(tens * 10 + ones);	\
	}

#define TEN_PROGRAMS(tens)							\
	PROGRAM(tens, 0) PROGRAM(tens, 1) PROGRAM(tens, 2) PROGRAM(tens, 3)	\
	PROGRAM(tens, 4) PROGRAM(tens, 5) PROGRAM(tens, 6) PROGRAM(tens, 7)	\
	PROGRAM(tens, 8) PROGRAM(tens, 9)

TEN_PROGRAMS(0)
TEN_PROGRAMS(1)

char LICENSE[] SEC("license") = "GPL";
