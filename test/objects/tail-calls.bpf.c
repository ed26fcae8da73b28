// SPDX-License-Identifier: GPL-2.0
/* A program that goes on with whatever program is in "next", and one to go on with. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} next SEC(".maps");

static __always_inline int count(__u32 slot)
{
	__u64 *value = bpf_map_lookup_elem(&runs, &slot);

	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}

SEC("fentry/vfs_rename")
int BPF_PROG(jumps)
{
	count(0);
	bpf_tail_call(ctx, &next, 0);
	return 0;
}

SEC("fentry/vfs_rename")
int BPF_PROG(lands)
{
	return count(1);
}

char LICENSE[] SEC("license") = "GPL";
