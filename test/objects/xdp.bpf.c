// SPDX-License-Identifier: GPL-2.0
/* A program of another type, with a function that can be watched: a target for other BPF programs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) int parse_length(struct xdp_md *context)
{
	return context->data_end - context->data;
}

SEC("xdp")
int pass(struct xdp_md *context)
{
	return parse_length(context) > 100000 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
