// SPDX-License-Identifier: GPL-2.0
/* A map of each type that is read by key, and some that are not; the program counts calls of vfs_rename in two of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct key {
	__u32 uid;
	char name[12];
};

struct value {
	__u64 count;
	__u32 last;
	__u32 spare;
};

struct prefix {
	__u32 length;
	__u8 address[4];
};

struct wide {
	__u8 bytes[40000];	/* more than half of what a batch fetches */
};

#define MAP(name_, type_, entries_, key_, value_)	\
	struct {					\
		__uint(type, BPF_MAP_TYPE_##type_);	\
		__uint(max_entries, entries_);		\
		__type(key, key_);			\
		__type(value, value_);			\
	} name_ SEC(".maps")

MAP(hash, HASH, 8, struct key, struct value);
MAP(large_hash, HASH, 10000, __u32, __u64);
MAP(tiny_hash, HASH, 64, __u8, __u8);
MAP(wide_hash, HASH, 16, __u32, struct wide);
MAP(lru_hash, LRU_HASH, 1024, __u32, __u64);
MAP(array, ARRAY, 9000, __u32, struct value);
MAP(percpu_hash, PERCPU_HASH, 8, __u32, __u32);
MAP(percpu_array, PERCPU_ARRAY, 4, __u32, __u64);
MAP(lru_percpu_hash, LRU_PERCPU_HASH, 64, __u32, __u64);

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u64);
} lpm_trie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} prog_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 2);
	__uint(value_size, 4);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, 4);
} untyped_with_a_long_name SEC(".maps");

const volatile __u32 answer = 42;	/* .rodata, which libbpf freezes */

SEC("fentry/vfs_rename")
int BPF_PROG(count)
{
	__u32 slot = 1, uid = answer;
	__u64 *calls = bpf_map_lookup_elem(&percpu_array, &slot);
	__u32 *more = bpf_map_lookup_elem(&percpu_hash, &uid);

	if (calls)
		*calls += 1;
	if (more)
		*more += 1;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
