// SPDX-License-Identifier: GPL-2.0
/* What a dispatcher cannot run, or not as it is: programs for the limits of an exchange. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 address;
__s64 result;
__u64 arguments;
__u64 first;
__u64 slept;

static __attribute__((noinline)) int look_up(void *context)
{
	address = bpf_get_func_ip(context);
	return 0;
}

/* Asks for the address of its function, in a function that it calls. */
SEC("fentry/vfs_rename")
int asks(void *context)
{
	return look_up(context);
}

/* What a trampoline keeps for whoever asks, by helpers that take the context. */
SEC("fexit/vfs_rename")
int counts(void *context)
{
	__u64 returned = 0;

	arguments = bpf_get_func_arg_cnt(context);
	bpf_get_func_arg(context, 0, &first);
	bpf_get_func_ret(context, &returned);
	result = (int)returned;
	return 0;
}

SEC("fentry.s/__x64_sys_getpgid")
int BPF_PROG(sleeps)
{
	slept++;
	return 0;
}

/* No more arrays of programs: BPF_MAP_CREATE is refused. */
SEC("fmod_ret/security_bpf")
int BPF_PROG(refuses, int command, union bpf_attr *attr)
{
	__u32 type = 0;

	bpf_probe_read_kernel(&type, sizeof(type), attr);
	return command == BPF_MAP_CREATE && type == BPF_MAP_TYPE_PROG_ARRAY ? -1 : 0; /* -EPERM */
}

char LICENSE[] SEC("license") = "GPL";
