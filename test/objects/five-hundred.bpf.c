// SPDX-License-Identifier: GPL-2.0
/* Five hundred programs, p000 to p499, each with a slot of its own in "hits". Another "step" is another version of the object. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 500);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

const volatile __u32 step = 1;

static __always_inline int hit(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(count, step);
	return 0;
}

#define PROGRAM(hundreds, tens, ones)				\
	SEC("fentry")						\
	int p##hundreds##tens##ones(void *ctx)			\
	{							\
		return hit(hundreds * 100 + tens * 10 + ones);	\
	}

#define TEN(h, t)							\
	PROGRAM(h, t, 0) PROGRAM(h, t, 1) PROGRAM(h, t, 2) PROGRAM(h, t, 3)	\
	PROGRAM(h, t, 4) PROGRAM(h, t, 5) PROGRAM(h, t, 6) PROGRAM(h, t, 7)	\
	PROGRAM(h, t, 8) PROGRAM(h, t, 9)

#define HUNDRED(h)						\
	TEN(h, 0) TEN(h, 1) TEN(h, 2) TEN(h, 3) TEN(h, 4)	\
	TEN(h, 5) TEN(h, 6) TEN(h, 7) TEN(h, 8) TEN(h, 9)

HUNDRED(0)
HUNDRED(1)
HUNDRED(2)
HUNDRED(3)
HUNDRED(4)

char LICENSE[] SEC("license") = "GPL";
