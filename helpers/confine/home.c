/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/home.c - where the set of a VRF is kept; see home.h.
 *
 * A name of our own, since whoever calls `ip vrf exec` at the top has processes in `vrf/NAME`
 * and a program of ip's own there.  Namespaces are told apart by number: most have no name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/entries.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/home.h"

#define TOP_DIR "vrf-ng/"

/* What is behind it: an inode of procfs is a number of 32 bits. */
#define PATH_ROOM (sizeof(TOP_DIR) + 20 + 1 + IFNAMSIZ)

static char *namespace_path(char path[PATH_ROOM])
{
	const char *end = path + PATH_ROOM;

	return text_append_number(text_append(path, end, TOP_DIR), end, netns_inode());
}

static void home_path(char path[PATH_ROOM], const char *vrf)
{
	const char *end = path + PATH_ROOM;

	text_append(text_append(namespace_path(path), end, "/"), end, vrf);
}

int home_open(const char *vrf, bool make)
{
	char path[PATH_ROOM];

	if (!cgroup_is_name(vrf))
		return -EINVAL;
	if (!netns_inode())
		return -EIO;
	home_path(path, vrf);
	return cgroup_open_path(path, make);
}

void home_remove(const char *vrf)
{
	char path[PATH_ROOM];
	int top = cgroup_open_top();

	if (top < 0)
		return;
	home_path(path, vrf);
	/* and what leads to it, if that was the last one */
	for (char *slash = path + strlen(path); slash; slash = strrchr(path, '/')) {
		*slash = '\0';
		if (unlinkat(top, path, AT_REMOVEDIR) && errno != ENOENT)
			break;
	}
	close(top);
}

struct visit {
	int (*fn)(const char *vrf, void *arg);
	void *arg;
};

static int visit(int dir, const struct entry *e, void *arg)
{
	const struct visit *v = arg;

	(void)dir;
	return e->type == DT_DIR && cgroup_is_name(e->name) ? v->fn(e->name, v->arg) : 0;
}

int home_each(int (*fn)(const char *vrf, void *arg), void *arg)
{
	struct visit v = { fn, arg };
	char path[PATH_ROOM];
	int err, dir, top = cgroup_open_top();

	if (top < 0)
		return top == -ENODEV ? 0 : top;
	namespace_path(path);
	dir = openat(top, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = dir < 0 ? errno == ENOENT ? 0 : -errno : entries_each(dir, visit, &v);
	if (dir >= 0)
		close(dir);
	close(top);
	return err;
}
