/* SPDX-License-Identifier: ISC */
/* openrc/state/file.c - small files, whole; see file.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/state/file.h"
#include "openrc/state/memory.h"

char *file_read(const char *path)
{
	size_t size = 0, room = 0;
	char *text = NULL;
	FILE *f = fopen(path, "re");

	if (!f) {
		memory_or_else();
		return NULL;
	}
	for (;;) {
		room = room ? room * 2 : 4096;
		text = memory_grow(text, room, 1);
		size += fread(text + size, 1, room - size - 1, f);
		text[size] = '\0';
		if (size < room - 1) {
			fclose(f);
			return text;
		}
	}
}

pid_t file_read_pid(const char *path, uid_t *owner)
{
	/* Not blocking: opening a FIFO waits for a writer otherwise. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	char text[32];
	struct stat st;
	ssize_t n = -1;
	long long pid; /* a long may have no more bits than a pid_t */

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	pid = strtoll(text, NULL, 10);
	*owner = st.st_uid;
	return pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

int file_replace(const char *path, const char *text)
{
	struct stat st = { .st_mode = 0644 };
	char temporary[PATH_MAX];
	int fd, err = 0;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	if (stat(path, &st) && errno != ENOENT)
		return -errno;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text);
	if (!err && ((st.st_ino && fchown(fd, st.st_uid, st.st_gid)) || fchmod(fd, st.st_mode & 07777) || fsync(fd)))
		err = -errno;
	close(fd);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}
