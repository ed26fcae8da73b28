// SPDX-License-Identifier: GPL-2.0
/* A program that is not fentry or fexit beside one that is. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

volatile __u64 calls;

SEC("kprobe/vfs_unlink")
int on_unlink(void *ctx)
{
	__sync_fetch_and_add(&calls, 1);
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(on_test)
{
	__sync_fetch_and_add(&calls, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
