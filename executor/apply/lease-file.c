/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease-file.c - the lease of an interface, kept for the moment when
 * its VRF comes back; see lease.h.  The kernel drops the routes with the VRF, and
 * a client that sees no reason to renew would not bring them for hours.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/apply/lease.h"
#include "helpers/base/netns.h"

#define PATH_BYTES (sizeof("/run/vrf-ng.lease..") + 20 + IFNAMSIZ)
/* A datagram's options cannot say more. */
#define WORDS_BYTES 65536

/* Another network namespace may have an interface of that name, and the same /run. */
static void file_name(const char *iface, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "/run/vrf-ng.lease.%llu.%.*s", netns_inode(), IFNAMSIZ - 1, iface);
}

int lease_keep(const char *iface, const struct lease_words *words)
{
	char path[PATH_BYTES], fresh[sizeof("/run/vrf-ng.new.") + 11];
	int fd, length, err = 0;

	file_name(iface, path);
	snprintf(fresh, sizeof(fresh), "/run/vrf-ng.new.%d", (int)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	length = dprintf(fd, "%s %s\n", words->classless ? "routes" : "routers", words->text);
	if (length < 0 || close(fd) || rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
	return err;
}

static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *text = fd < 0 ? NULL : calloc(1, WORDS_BYTES);

	if (text && read(fd, text, WORDS_BYTES - 1) < 0)
		*text = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

bool lease_kept(const char *iface, struct lease_words *words)
{
	char path[PATH_BYTES], *space;

	file_name(iface, path);
	words->text = read_file(path);
	space = words->text ? strchr(words->text, ' ') : NULL;
	if (!space) {
		free(words->text);
		return false;
	}
	words->classless = !strncmp(words->text, "routes ", strlen("routes "));
	memmove(words->text, space, strlen(space) + 1);
	return true;
}

void lease_forget(const char *iface)
{
	char path[PATH_BYTES];

	file_name(iface, path);
	unlink(path);
	lease_names_forget(iface);
}
