/* SPDX-License-Identifier: ISC */
/* executor/apply/run-file.c - what is kept of an interface in /run; see run-file.h. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "executor/apply/run-file.h"
#include "helpers/base/netns.h"

#define PATH_BYTES (sizeof("/run/vrf-ng...") + RUN_FILE_KIND + 20 + IFNAMSIZ)

static void file_name(const char *kind, const char *iface, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "/run/vrf-ng.%.*s.%llu.%.*s", RUN_FILE_KIND, kind, netns_inode(), IFNAMSIZ - 1,
		 iface);
}

int run_file_put(const char *kind, const char *iface, const char *format, ...)
{
	char path[PATH_BYTES], fresh[sizeof("/run/vrf-ng.new.") + 11];
	int fd, length, err = 0;
	va_list values;

	file_name(kind, iface, path);
	snprintf(fresh, sizeof(fresh), "/run/vrf-ng.new.%d", (int)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	va_start(values, format);
	length = vdprintf(fd, format, values);
	va_end(values);
	if (length < 0 || close(fd) || rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
	return err;
}

bool run_file_get(const char *kind, const char *iface, char *text, size_t room)
{
	char path[PATH_BYTES];
	ssize_t n;
	int fd;

	file_name(kind, iface, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	n = read(fd, text, room - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return true;
}

void run_file_forget(const char *kind, const char *iface)
{
	char path[PATH_BYTES];

	file_name(kind, iface, path);
	unlink(path);
}
