// SPDX-License-Identifier: Apache-2.0
/*
 * floor IDS DIRECTORY: what the kernel itself takes. The same instructions as the programs of the objects, loaded for
 * each BTF id of a file, one a line, by bare bpf(2): all loads, then all links, then all pins. No ELF, no BTF, nothing
 * looked up, and nothing that the verifier would check of a program's own BTF.
 */
#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pins.h"

#define LIMIT 4096

static int programs[LIMIT], links[LIMIT];

static int bpf(int command, union bpf_attr *attributes)
{
	return syscall(__NR_bpf, command, attributes, sizeof(*attributes));
}

/* Where the objects have their .bss. */
static int create_map(void)
{
	union bpf_attr attributes = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1
	};

	return bpf(BPF_MAP_CREATE, &attributes);
}

static int load(int map, int btf_id)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 1 },
		{ .code = BPF_STX | BPF_DW | BPF_ATOMIC, .dst_reg = 1, .src_reg = 2, .imm = BPF_ADD },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_TRACING, .expected_attach_type = BPF_TRACE_FENTRY,
		.attach_btf_id = btf_id, .insns = (unsigned long)code,
		.insn_cnt = sizeof(code) / sizeof(*code), .license = (unsigned long)"GPL"
	};

	return bpf(BPF_PROG_LOAD, &attributes);
}

static int attach(int program)
{
	union bpf_attr attributes = { .link_create = { .prog_fd = program, .attach_type = BPF_TRACE_FENTRY } };

	return bpf(BPF_LINK_CREATE, &attributes);
}

static void pin(int fd, const char *directory, int number, const char *kind)
{
	char path[PATH_MAX];
	union bpf_attr attributes = { .pathname = (unsigned long)path, .bpf_fd = fd };

	pin_path(path, directory, number, kind);
	if (bpf(BPF_OBJ_PIN, &attributes))
		die("pin", number);
}

int main(int argc, char **argv)
{
	struct rlimit files = { 3 * LIMIT, 3 * LIMIT };
	FILE *ids = argc == 3 ? fopen(argv[1], "re") : NULL;
	int count = 0, map = create_map();
	const char *id;

	if (!ids || setrlimit(RLIMIT_NOFILE, &files))
		return 64;
	while (count < LIMIT && (id = next_line(ids))) {
		programs[count] = load(map, atoi(id));
		if (programs[count] < 0)
			die("load", count);
		count++;
	}
	for (int i = 0; i < count; i++) {
		links[i] = attach(programs[i]);
		if (links[i] < 0)
			die("attach", i);
	}
	for (int i = 0; i < count; i++) {
		pin(programs[i], argv[2], i, "program");
		pin(links[i], argv[2], i, "link");
	}
	return 0;
}
