// SPDX-License-Identifier: GPL-2.0
/* The verifier's log of these is longer than 16 MiB, already at level 1: it follows every round of the loop. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 sum;

static __always_inline __u64 talk(void)
{
	__u64 total = 0;

	for (int round = 0; round < 30000; round++)
		total += bpf_get_prandom_u32() & round;
	return total;
}

SEC("fentry/vfs_rename")
int BPF_PROG(fine)
{
	sum = talk();
	return 0;
}

/* Rejected after all that: nothing says that the address is one. */
SEC("fentry/vfs_rename")
int BPF_PROG(wrong)
{
	return *(int *)talk();
}

char LICENSE[] SEC("license") = "GPL";
