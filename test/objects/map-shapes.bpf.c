// SPDX-License-Identifier: GPL-2.0
/* Maps of all types that a program can have by itself, with sizes and flags that libbpf or the kernel may change. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define MAP(name_, type_, entries_, flags_, key_, value_)	\
	struct {						\
		__uint(type, BPF_MAP_TYPE_##type_);		\
		__uint(max_entries, entries_);			\
		__uint(map_flags, flags_);			\
		__uint(key_size, key_);				\
		__uint(value_size, value_);			\
	} name_ SEC(".maps")

MAP(hash, HASH, 7, 0, 3, 5);
MAP(hash_unallocated, HASH, 7, BPF_F_NO_PREALLOC, 3, 5);
MAP(hash_readonly, HASH, 7, BPF_F_RDONLY_PROG, 4, 8);
MAP(percpu_hash, PERCPU_HASH, 7, 0, 4, 5);
MAP(lru_hash, LRU_HASH, 7, 0, 4, 8);
MAP(lru_own, LRU_HASH, 1001, BPF_F_NO_COMMON_LRU, 4, 8);
MAP(lru_percpu, LRU_PERCPU_HASH, 7, 0, 4, 8);
MAP(lru_percpu_own, LRU_PERCPU_HASH, 1001, BPF_F_NO_COMMON_LRU, 4, 8);
MAP(array, ARRAY, 7, 0, 4, 5);
MAP(array_mapped, ARRAY, 7, BPF_F_MMAPABLE, 4, 5);
MAP(percpu_array, PERCPU_ARRAY, 7, 0, 4, 5);
MAP(prog_array, PROG_ARRAY, 7, 0, 4, 4);
MAP(perf_events, PERF_EVENT_ARRAY, 0, 0, 4, 4);
MAP(perf_events_sized, PERF_EVENT_ARRAY, 7, 0, 4, 4);
MAP(stack_trace, STACK_TRACE, 7, 0, 4, 80);
MAP(cgroup_array, CGROUP_ARRAY, 7, 0, 4, 4);
MAP(lpm_trie, LPM_TRIE, 7, BPF_F_NO_PREALLOC, 8, 5);
MAP(devmap, DEVMAP, 7, 0, 4, 4);
MAP(devmap_hash, DEVMAP_HASH, 7, 0, 4, 4);
MAP(cpumap, CPUMAP, 7, 0, 4, 4);
MAP(xskmap, XSKMAP, 7, 0, 4, 4);
MAP(sockmap, SOCKMAP, 7, 0, 4, 4);
MAP(sockhash, SOCKHASH, 7, 0, 4, 4);
MAP(reuseport, REUSEPORT_SOCKARRAY, 7, 0, 4, 4);
MAP(queue, QUEUE, 7, 0, 0, 5);
MAP(stack, STACK, 7, 0, 0, 5);
MAP(bloom, BLOOM_FILTER, 7, 0, 0, 5);
MAP(ring, RINGBUF, 4096, 0, 0, 0);
MAP(ring_odd, RINGBUF, 5000, 0, 0, 0);

/* These want types. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} task_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 7);
	__uint(key_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 1);
		__uint(key_size, 4);
		__uint(value_size, 4);
	});
} hash_of_maps SEC(".maps");

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(nothing)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
