// SPDX-License-Identifier: GPL-2.0
/*
 * Sends an event for every path that the kernel looks up, the failed ones too.
 *
 * filename_lookup is what stat, access, chdir and many others go through; open
 * has a way of its own. It is not static, and has had the filename as its second
 * argument from 5.10 to 7.3.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

struct event {
	__u32 pid;
	char comm[16];
	char path[256];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Without a variable of that type BTF would not have it, and readers could not learn what an event is. */
struct event *unused_event __attribute__((unused));

struct filename {
	const char *name;
} __attribute__((preserve_access_index));

SEC("fentry/filename_lookup")
int BPF_PROG(filename_lookup, int dfd, struct filename *filename)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_probe_read_kernel_str(event->path, sizeof(event->path), BPF_CORE_READ(filename, name));
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
