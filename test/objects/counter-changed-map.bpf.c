// SPDX-License-Identifier: GPL-2.0
/* A version of counter whose "hits" has larger values: it cannot take over the old map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

struct hit_count {
	__u64 calls;
	__u64 spare;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct hit_count);
} hits SEC(".maps");

const volatile __u32 step = 1;	/* .rodata: what each call adds */
volatile __u64 total;		/* .bss: the sum over all slots */
volatile __u64 initial = 42;	/* .data: counts up from here */

static __always_inline int hit(__u32 slot)
{
	struct hit_count *count = bpf_map_lookup_elem(&hits, &slot);

	if (count)
		__sync_fetch_and_add(&count->calls, step);
	__sync_fetch_and_add(&total, step);
	__sync_fetch_and_add(&initial, 1);
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(count_first)
{
	return hit(0);
}

SEC("fexit/bpf_fentry_test1")
int BPF_PROG(count_return)
{
	return hit(1);
}

/* Its section names no function, so whoever loads it has to. */
SEC("fentry")
int BPF_PROG(count_second)
{
	return hit(2);
}

char LICENSE[] SEC("license") = "GPL";
