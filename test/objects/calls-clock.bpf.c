// SPDX-License-Identifier: GPL-2.0
/* Calls a function of the kernel, as often as BPF_PROG_TEST_RUN is told to run it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int ask(struct xdp_md *context)
{
	return bpf_ktime_get_boot_ns() == 0 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
