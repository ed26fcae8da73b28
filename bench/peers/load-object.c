// SPDX-License-Identifier: Apache-2.0
/* load-object OBJECT DIRECTORY: loads an object by libbpf, attaches all its programs, pins programs and links. */
#include <bpf/libbpf.h>
#include "pins.h"

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_object *object;
	char path[PATH_MAX];
	int number = 0;

	if (argc != 3)
		return 64;
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		die("load", 0);
	bpf_object__for_each_program(program, object) {
		struct bpf_link *link = bpf_program__attach(program);

		if (!link)
			die("attach", number);
		pin_path(path, argv[2], number, "program");
		if (bpf_program__pin(program, path))
			die("pin of the program", number);
		pin_path(path, argv[2], number, "link");
		if (bpf_link__pin(link, path))
			die("pin of the link", number);
		number++;
	}
	return 0;
}
