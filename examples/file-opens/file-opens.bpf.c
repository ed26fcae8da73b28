// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the files that each process opens.
 *
 * vfs_open is where a file that was found by open, openat, openat2, creat or
 * execve is opened. It is not static, so the compiler keeps it under its own
 * name, and it is there from 5.10 to 7.3 at least. do_filp_open would see the
 * opens that fail as well, but is gone from 7.2. File systems that find and open
 * in one step (as NFS, FUSE and 9p may when they create) go past vfs_open.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#define TASK_COMM_LEN 16

struct process {
	__u32 tgid;
	char comm[TASK_COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct process);
	__type(value, __u64);
} counts SEC(".maps");

SEC("fentry/vfs_open")
int BPF_PROG(count_open)
{
	struct process process = {};
	const __u64 one = 1;
	__u64 *count;

	process.tgid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(process.comm, sizeof(process.comm));
	count = bpf_map_lookup_elem(&counts, &process);
	if (!count) {
		/* Two threads may both find nothing: the second then adds to the first's entry. */
		if (!bpf_map_update_elem(&counts, &process, &one, BPF_NOEXIST))
			return 0;
		count = bpf_map_lookup_elem(&counts, &process);
		if (!count)
			return 0;
	}
	__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
