/* SPDX-License-Identifier: Apache-2.0 */
/* What the loaders in C share: a pair of pins for each target, and an end that says how far they came. */
#pragma once
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void pin_path(char path[PATH_MAX], const char *directory, int number, const char *kind)
{
	snprintf(path, PATH_MAX, "%s/p%d-%s", directory, number, kind);
}

static inline void die(const char *step, int number)
{
	fprintf(stderr, "%s of number %d: %s\n", step, number, strerror(errno));
	exit(1);
}

/* The next line of a file, without its end; NULL after the last. */
static inline char *next_line(FILE *file)
{
	static char line[256];

	if (!fgets(line, sizeof(line), file))
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}
