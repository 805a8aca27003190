/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/lines.c - one line of a file of /proc at a time, without stdio and its heap.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/lines.h"

int lines_open(struct lines *l, int dir, const char *file)
{
	l->used = l->next = 0;
	l->skip = false;
	l->fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
	return l->fd < 0 ? -errno : 0;
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* Move what is left to the front and read behind it. */
static bool lines_fill(struct lines *l)
{
	ssize_t n;

	memmove(l->buf, l->buf + l->next, l->used - l->next);
	l->used -= l->next;
	l->next = 0;
	if (l->used == sizeof(l->buf)) {
		l->skip = true;
		l->used = 0;
	}
	do
		n = read(l->fd, l->buf + l->used, sizeof(l->buf) - l->used);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	l->used += (size_t)n;
	return true;
}

char *lines_next(struct lines *l)
{
	if (l->fd < 0)
		return NULL;
	for (;;) {
		char *line = l->buf + l->next;
		char *end = memchr(line, '\n', l->used - l->next);

		if (!end) {
			if (lines_fill(l))
				continue;
			lines_close(l);
			return NULL;
		}
		*end = '\0';
		l->next = (size_t)(end + 1 - l->buf);
		if (!l->skip)
			return line;
		l->skip = false;
	}
}
