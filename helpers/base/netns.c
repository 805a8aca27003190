/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/netns.c - the network namespace of this process.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/base/entries.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 /* Linux 5.14 */
#endif

/* Device and inode say which it is; NULL: unknown. */
static const struct stat *netns_own(void)
{
	static struct stat own;

	return own.st_ino || !stat("/proc/self/ns/net", &own) ? &own : NULL;
}

unsigned long long netns_inode(void)
{
	const struct stat *own = netns_own();

	return own ? own->st_ino : 0;
}

static uint64_t cookie;

void netns_ask(int fd)
{
	socklen_t size = sizeof(cookie);

	if (!cookie && getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size))
		cookie = 0;
}

unsigned long long netns_cookie(void)
{
	int fd = cookie ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		netns_ask(fd);
		close(fd);
	}
	return cookie;
}

static int match_netns(int dir, const struct entry *e, void *name)
{
	const struct stat *own = netns_own();
	struct stat st;

	if (e->name[0] == '.' || !own || fstatat(dir, e->name, &st, 0) || st.st_dev != own->st_dev ||
	    st.st_ino != own->st_ino)
		return 0;
	text_append(name, (char *)name + NAME_MAX + 1, e->name);
	return 1;
}

const char *netns_name(void)
{
	static char name[NAME_MAX + 1];
	static bool known;
	int fd;

	if (known)
		return name;
	known = true;
	fd = open(NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		entries_each(fd, match_netns, name);
		close(fd);
	}
	return name;
}
