// SPDX-License-Identifier: GPL-2.0
/*
 * Measures how long vfs_unlink takes, as a histogram of powers of two.
 *
 * vfs_unlink is in every kernel with fentry; do_unlinkat, one level up, is gone
 * from newer ones. Neither program reads an argument: 5.12 put one more in front
 * of the others, and fexit finds the return value behind the last.
 *
 * overlayfs calls vfs_unlink again for the layer below; of two such nested
 * calls the inner one is measured, because the outer one's start is overwritten.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#define SLOTS 64

/*
 * When the running call of each thread began. It is least-recently-used, so that
 * calls whose return nobody saw, because fexit was not attached yet, give way.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, __u64);
} starts SEC(".maps");

/* latency[n] counts the calls that took from 2^n to 2^(n+1) - 1 nanoseconds. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} latency SEC(".maps");

/* Has neither loop nor jump table, so that the oldest verifiers follow it. */
static __always_inline __u32 log2_of(__u64 value)
{
	__u32 result = 0;

	if (value >> 32) {
		value >>= 32;
		result += 32;
	}
	if (value >> 16) {
		value >>= 16;
		result += 16;
	}
	if (value >> 8) {
		value >>= 8;
		result += 8;
	}
	if (value >> 4) {
		value >>= 4;
		result += 4;
	}
	if (value >> 2) {
		value >>= 2;
		result += 2;
	}
	return result + (value >> 1);
}

SEC("fentry/vfs_unlink")
int BPF_PROG(unlink_begins)
{
	__u32 thread = (__u32)bpf_get_current_pid_tgid();
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&starts, &thread, &now, BPF_ANY);
	return 0;
}

SEC("fexit/vfs_unlink")
int BPF_PROG(unlink_ends)
{
	__u32 thread = (__u32)bpf_get_current_pid_tgid();
	__u64 *start = bpf_map_lookup_elem(&starts, &thread);
	__u64 *count;
	__u32 slot;

	if (!start)
		return 0;
	slot = log2_of(bpf_ktime_get_ns() - *start);
	bpf_map_delete_elem(&starts, &thread);
	count = bpf_map_lookup_elem(&latency, &slot);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
