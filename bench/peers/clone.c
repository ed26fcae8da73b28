// SPDX-License-Identifier: Apache-2.0
/*
 * clone OBJECT TARGETS DIRECTORY: the object's first program on each function of a file, one a line. libbpf opens,
 * relocates and loads it once, for the first function; for each other one what came of that is loaded again by
 * bpf_prog_load, with another attach_btf_id. The kernel's BTF is read once.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <unistd.h>
#include "pins.h"

static int load(struct bpf_program *program, int btf_id)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = btf_id);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, bpf_program__name(program), "GPL",
			     bpf_program__insns(program), bpf_program__insn_cnt(program), &options);
}

static void attach_and_pin(int program, const char *directory, int number)
{
	int link = bpf_link_create(program, 0, BPF_TRACE_FENTRY, NULL);
	char path[PATH_MAX];

	if (link < 0)
		die("attach", number);
	pin_path(path, directory, number, "program");
	if (bpf_obj_pin(program, path))
		die("pin of the program", number);
	pin_path(path, directory, number, "link");
	if (bpf_obj_pin(link, path))
		die("pin of the link", number);
	close(link);
}

int main(int argc, char **argv)
{
	FILE *targets = argc == 4 ? fopen(argv[2], "re") : NULL;
	const char *target = targets ? next_line(targets) : NULL;
	struct bpf_program *program;
	struct bpf_object *object;
	struct btf *kernel;

	if (!target)
		return 64;
	object = bpf_object__open_file(argv[1], NULL);
	program = object ? bpf_object__next_program(object, NULL) : NULL;
	if (!program || bpf_program__set_attach_target(program, 0, target) || bpf_object__load(object))
		die("load", 0);
	attach_and_pin(bpf_program__fd(program), argv[3], 0);
	kernel = btf__load_vmlinux_btf();
	for (int number = 1; (target = next_line(targets)); number++) {
		int clone = load(program, btf__find_by_name_kind(kernel, target, BTF_KIND_FUNC));

		if (clone < 0)
			die("load", number);
		attach_and_pin(clone, argv[3], number);
		close(clone);
	}
	return 0;
}
