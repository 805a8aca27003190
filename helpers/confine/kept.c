/* SPDX-License-Identifier: ISC */
/* helpers/confine/kept.c - see kept.h.  Whatever fails here costs time and nothing else. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/kept.h"

/* Of fewer the map is as fast. */
#define LEAST 256

#define BEGINNING "/run/vrf-ng.set."
#define PATH_ROOM (sizeof(BEGINNING) + 20 + 1 + IFNAMSIZ)

struct header {
	uint32_t ndevices, nprefixes;
};

/* Another network namespace may have the same /run. */
static void file_name(const char *vrf, char path[PATH_ROOM])
{
	const char *end = path + PATH_ROOM;

	text_append(text_append(text_append_number(text_append(path, end, BEGINNING), end, netns_inode()), end, "."),
		    end, vrf);
}

bool kept_read(const char *vrf, const struct binding *b, struct contents *c)
{
	static struct device devices[DEVICES_MAX];
	char path[PATH_ROOM];
	struct header h;
	struct iovec rest[2];
	bool whole;
	int fd;

	c->count = 0;
	file_name(vrf, path);
	fd = b->digest ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd < 0)
		return false;
	whole = read(fd, &h, sizeof(h)) == sizeof(h) && h.ndevices <= DEVICES_MAX && h.nprefixes <= PREFIXES_MAX;
	if (whole) {
		rest[0] = (struct iovec){ devices, h.ndevices * sizeof(*devices) };
		rest[1] = (struct iovec){ c->entry, h.nprefixes * sizeof(*c->entry) };
		whole = readv(fd, rest, 2) == (ssize_t)(rest[0].iov_len + rest[1].iov_len);
	}
	close(fd);
	if (!whole || digest_of(devices, h.ndevices, c->entry, h.nprefixes) != b->digest)
		return false;
	c->count = h.nprefixes;
	return true;
}

void kept_write(const char *vrf, const struct policy *s, bool changed)
{
	struct header h = { s->ndevices, s->nprefixes };
	struct iovec all[] = {
		{ &h, sizeof(h) },
		{ (void *)s->devices, s->ndevices * sizeof(*s->devices) },
		{ (void *)s->prefixes, s->nprefixes * sizeof(*s->prefixes) },
	};
	char path[PATH_ROOM], fresh[PATH_ROOM + sizeof(".new")];
	bool whole;
	int fd;

	if (s->nprefixes < LEAST)
		return;
	file_name(vrf, path);
	if (!changed && !access(path, F_OK))
		return;
	text_append(text_append(fresh, fresh + sizeof(fresh), path), fresh + sizeof(fresh), ".new");
	/* the home's lock is held: nobody else writes it */
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	whole = writev(fd, all, 3) == (ssize_t)(all[0].iov_len + all[1].iov_len + all[2].iov_len);
	close(fd);
	if (!whole || rename(fresh, path))
		unlink(fresh);
}

void kept_forget(const char *vrf)
{
	char path[PATH_ROOM];

	file_name(vrf, path);
	unlink(path);
}
