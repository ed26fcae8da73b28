// SPDX-License-Identifier: GPL-2.0
/* Sends records at each vfs_rename, as many as the map "orders" says, and notes there what became of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

enum order {
	RECORDS,	/* how many small records each call sends */
	LARGE_RECORDS,	/* how many large ones */
	DISCARD_EVERY,	/* each so-manyth small one is discarded; 0 for none */
	SUBMITTED,	/* small ones, from here on noted by the program */
	DISCARDED,
	FAILED,
	LARGE_SUBMITTED,
	LARGE_FAILED,
	ORDERS,
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ORDERS);
	__type(key, __u32);
	__type(value, __u64);
} orders SEC(".maps");

/* A record takes 24 bytes here, with its header, which do not divide 4096: some lie across the end. */
struct event {
	__u64 sequence;
	__u64 twice;
};

const struct event *unused __attribute__((unused));	/* puts the type into the BTF */

struct large_event {
	__u64 sequence;
	__u8 rest[4096 - 16];	/* 4096 with its header */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 262144);
} large_events SEC(".maps");

static __always_inline __u64 *order(__u32 which)
{
	return bpf_map_lookup_elem(&orders, &which);
}

static __always_inline void note(__u32 which)
{
	__u64 *count = order(which);

	if (count)
		*count += 1;
}

static __always_inline __u64 read(__u32 which)
{
	__u64 *value = order(which);

	return value ? *value : 0;
}

static __always_inline int send(__u64 sequence, __u64 discard_every)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		note(FAILED);
		return 1;
	}
	event->sequence = sequence;
	event->twice = 2 * sequence;
	if (discard_every && sequence % discard_every == 0) {
		bpf_ringbuf_discard(event, 0);
		note(DISCARDED);
	} else {
		bpf_ringbuf_submit(event, 0);
		note(SUBMITTED);
	}
	return 0;
}

SEC("fentry/vfs_rename")
int BPF_PROG(produce)
{
	__u64 records = read(RECORDS), discard_every = read(DISCARD_EVERY);
	__u64 sequence = read(SUBMITTED) + read(DISCARDED);
	int i;

	for (i = 0; i < 512 && i < records; i++) {
		if (!send(sequence, discard_every))
			sequence += 1;
	}
	return 0;
}

SEC("fentry/vfs_rename")
int BPF_PROG(produce_large)
{
	__u64 records = read(LARGE_RECORDS);
	int i;

	for (i = 0; i < 128 && i < records; i++) {
		struct large_event *event = bpf_ringbuf_reserve(&large_events, sizeof(*event), 0);

		if (!event) {
			note(LARGE_FAILED);
			continue;
		}
		event->sequence = read(LARGE_SUBMITTED);
		__builtin_memset(event->rest, 0, 8);	/* the kernel does not clear it */
		bpf_ringbuf_submit(event, 0);
		note(LARGE_SUBMITTED);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
