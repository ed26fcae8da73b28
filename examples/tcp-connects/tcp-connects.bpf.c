// SPDX-License-Identifier: GPL-2.0
/*
 * Sees every outgoing TCP connection: counts them per destination in a map, and
 * writes who opened which into a ring buffer.
 *
 * tcp_connect(struct sock *) has been called for IPv4 and IPv6 alike since long
 * before fentry, at a time when the socket already has its destination.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define AF_INET 2
#define AF_INET6 10
#define TASK_COMM_LEN 16

/* The fields read here; CO-RE finds where the running kernel keeps them. */
struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be16 skc_dport;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr;
} __attribute__((preserve_access_index));

struct sock {
	struct sock_common __sk_common;
} __attribute__((preserve_access_index));

struct destination {
	__u16 family;
	__u16 port;		/* in host order */
	__u8 address[16];	/* IPv4 in the first four, the rest zero */
};

struct event {
	__u32 tgid;
	char comm[TASK_COMM_LEN];
	struct destination to;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct destination);
	__type(value, __u64);
} destinations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

static __always_inline void read_destination(struct sock *sk, struct destination *to)
{
	to->family = sk->__sk_common.skc_family;
	to->port = bpf_ntohs(sk->__sk_common.skc_dport);
	if (to->family == AF_INET)
		BPF_CORE_READ_INTO((__be32 *)to->address, sk, __sk_common.skc_daddr);
	else if (to->family == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_daddr))
		BPF_CORE_READ_INTO((struct in6_addr *)to->address, sk, __sk_common.skc_v6_daddr);
}

static __always_inline void count(const struct destination *to)
{
	const __u64 one = 1;
	__u64 *connects = bpf_map_lookup_elem(&destinations, to);

	if (!connects) {
		/* Two CPUs may both find nothing: the second then adds to the first's entry. */
		if (!bpf_map_update_elem(&destinations, to, &one, BPF_NOEXIST))
			return;
		connects = bpf_map_lookup_elem(&destinations, to);
		if (!connects)
			return;
	}
	__sync_fetch_and_add(connects, 1);
}

/* A full ring buffer loses events; the counts stay right. */
static __always_inline void report(const struct destination *to)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return;
	event->tgid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->to = *to;
	bpf_ringbuf_submit(event, 0);
}

SEC("fentry/tcp_connect")
int BPF_PROG(connect, struct sock *sk)
{
	struct destination to = {};

	read_destination(sk, &to);
	count(&to);
	report(&to);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
