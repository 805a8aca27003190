/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/lines.h - one line of a file of /proc at a time, without stdio and its heap.
 */
#ifndef HELPERS_BASE_LINES_H
#define HELPERS_BASE_LINES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct lines {
	int fd;
	size_t used, next;
	bool skip; /* inside a line that is longer than buf */
	char buf[2 * PATH_MAX + 512];
};

/* dir: as for openat(2).  0 or -errno */
int lines_open(struct lines *l, int dir, const char *file);

/* The next line without its newline, or NULL and a closed file.  Longer lines than buf are left out. */
char *lines_next(struct lines *l);

void lines_close(struct lines *l);

#endif
