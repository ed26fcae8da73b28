// SPDX-License-Identifier: GPL-2.0
/* One program of each kind that a trampoline calls, all around vfs_rename: each counts its runs in a slot of its own. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

const volatile __u32 step = 1;
const volatile bool deny = false;
__u64 last_cookie;

/* Not inlined: a program that consists of several functions. */
static __attribute__((noinline)) int count(__u32 slot)
{
	__u64 *value = bpf_map_lookup_elem(&runs, &slot);

	if (value)
		__sync_fetch_and_add(value, step);
	return 0;
}

SEC("fentry/vfs_rename")
int BPF_PROG(entered)
{
	return count(0);
}

SEC("fexit/vfs_rename")
int BPF_PROG(returned)
{
	return count(1);
}

SEC("fmod_ret/security_inode_rename")
int BPF_PROG(modified)
{
	count(2);
	return deny ? -1 : 0; /* -EPERM */
}

SEC("lsm/inode_rename")
int BPF_PROG(guarded)
{
	count(3);
	return 0;
}

SEC("lsm.s/inode_rename")
int BPF_PROG(sleeping)
{
	return count(4);
}

SEC("fentry/vfs_rename")
int BPF_PROG(with_cookie)
{
	last_cookie = bpf_get_attach_cookie(ctx);
	return count(5);
}

/* No kernel has such a field. */
struct task_struct {
	int no_such_field;
} __attribute__((preserve_access_index));

SEC("fentry/vfs_rename")
int BPF_PROG(misinformed)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, no_such_field);
}

char LICENSE[] SEC("license") = "GPL";
