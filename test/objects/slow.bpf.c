// SPDX-License-Identifier: GPL-2.0
/* Takes the verifier long: it follows the loop round by round, and no two rounds look alike to it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 sum;

SEC("fentry/vfs_rename")
int BPF_PROG(slow)
{
	__u64 total = 0;

	for (int round = 0; round < 12000; round++)
		total += bpf_get_prandom_u32() & round;
	sum = total;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
