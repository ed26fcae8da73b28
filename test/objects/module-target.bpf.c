// SPDX-License-Identifier: GPL-2.0
/* Counts the packets that go out through a dummy network device: the driver is a module. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 sent;

SEC("fentry")
int BPF_PROG(count_sent)
{
	__sync_fetch_and_add(&sent, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
