/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease-names.c - the nameservers of leases, kept beside their routes for VRFs that have no others
 * (vrf-nameserver lease); see lease.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "executor/apply/lease.h"
#include "executor/stanza/parse.h"
#include "helpers/base/netns.h"

#define PATH_BYTES  (sizeof("/run/vrf-ng.names..") + 20 + IFNAMSIZ)
#define WORDS_BYTES 1024

static void file_name(const char *iface, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "/run/vrf-ng.names.%llu.%.*s", netns_inode(), IFNAMSIZ - 1, iface);
}

int lease_names_keep(const char *iface, const char *words)
{
	char path[PATH_BYTES], fresh[sizeof("/run/vrf-ng.new.") + 11];
	int fd, length, err = 0;

	file_name(iface, path);
	snprintf(fresh, sizeof(fresh), "/run/vrf-ng.new.%d", (int)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	length = dprintf(fd, "%.*s\n", WORDS_BYTES - 2, words);
	if (length < 0 || close(fd) || rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
	return err;
}

void lease_names_forget(const char *iface)
{
	char path[PATH_BYTES];

	file_name(iface, path);
	unlink(path);
}

static bool is_among(const struct nameservers *all, const struct nameserver *s)
{
	for (unsigned int i = 0; i < all->count; i++)
		if (nameserver_same(&all->server[i], s))
			return true;
	return false;
}

/* Words of a server's: what is none is passed over. */
static void add_those_of(const char *iface, struct nameservers *all)
{
	char path[PATH_BYTES], text[WORDS_BYTES], *rest = text, *word;
	ssize_t n;
	int fd;

	file_name(iface, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	while (all->count < NAMESERVERS_MAX && (word = next_word(&rest))) {
		struct nameserver s;

		if (!strchr(word, '@') && !nameserver_parse(word, &s) && !is_among(all, &s))
			all->server[all->count++] = s;
	}
}

void lease_names_of(const struct links *links, uint32_t vrf, struct nameservers *all)
{
	memset(all, 0, sizeof(*all));
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].master == vrf)
			add_those_of(links->link[i].name, all);
}
