// SPDX-License-Identifier: Apache-2.0
/*
 * open-anew OBJECT TARGETS DIRECTORY: the object's first program on each function of a file, one a line, by libbpf:
 * the target of a program is fixed when it is loaded, so the object is opened anew for each.
 */
#include <bpf/libbpf.h>
#include "pins.h"

static void attach_to(const char *file, const char *target, const char *directory, int number)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *program;
	struct bpf_link *link;
	char path[PATH_MAX];

	if (!object)
		die("open", number);
	program = bpf_object__next_program(object, NULL);
	if (bpf_program__set_attach_target(program, 0, target) || bpf_object__load(object))
		die("load", number);
	link = bpf_program__attach(program);
	if (!link)
		die("attach", number);
	pin_path(path, directory, number, "program");
	if (bpf_program__pin(program, path))
		die("pin of the program", number);
	pin_path(path, directory, number, "link");
	if (bpf_link__pin(link, path))
		die("pin of the link", number);
	bpf_link__destroy(link); /* closes it: it is pinned */
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	FILE *targets = argc == 4 ? fopen(argv[2], "re") : NULL;
	const char *target;
	int number = 0;

	if (!targets)
		return 64;
	while ((target = next_line(targets)))
		attach_to(argv[1], target, argv[3], number++);
	return 0;
}
