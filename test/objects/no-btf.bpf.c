// SPDX-License-Identifier: GPL-2.0
// build: no-btf
/* An object as old compilers make it: nothing in it describes its types. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/bpf_fentry_test1")
int nothing(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
