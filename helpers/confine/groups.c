// SPDX-License-Identifier: ISC
/*
 * helpers/confine/groups.c - keep the control groups of VRFs in line with the
 * kernel.  Called by the executors around all that they change.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/entries.h"
#include "helpers/base/lines.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/groups.h"

struct walk {
	const char *vrf; /* NULL: every one */
	bool inside; /* a directory `vrf` */
	int (*fn)(int dir, const char *vrf, void *arg);
	void *arg;
};

static int descend(int at, const struct entry *e, void *arg);

/* A directory counts as a link of its parent: most are leaves and need not be read. */
static int walk(int dir, const struct walk *w)
{
	struct stat st;

	if (!fstat(dir, &st) && st.st_nlink == 2)
		return 0;
	return entries_each(dir, descend, (void *)w);
}

static int descend(int at, const struct entry *e, void *arg)
{
	const struct walk *w = arg;
	struct walk below = *w;
	int fd, err = 0;

	if (e->type != DT_DIR || !strcmp(e->name, ".") || !strcmp(e->name, ".."))
		return 0;
	fd = openat(at, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return 0; /* gone meanwhile */
	if (w->inside && (!w->vrf || !strcmp(e->name, w->vrf)))
		err = w->fn(fd, e->name, w->arg);
	below.inside = !strcmp(e->name, "vrf");
	if (!err)
		err = walk(fd, &below);
	close(fd);
	return err;
}

/* Call fn with every control group `vrf/NAME`, until it returns something else than 0. */
static int each(const char *vrf, int (*fn)(int dir, const char *vrf, void *arg), void *arg)
{
	struct walk w = { .vrf = vrf, .fn = fn, .arg = arg };
	int err, top = cgroup_open_top();

	if (top < 0)
		return top == -ENODEV ? 0 : top;
	err = walk(top, &w);
	close(top);
	return err;
}

struct update {
	unsigned int without;
	const struct leaving *leaving;
	unsigned long long netns;
	bool empty;
	bool limited; /* one had destinations */
	int err; /* the first; the others are updated all the same */
	char failed[IFNAMSIZ];
};

/* Not ours, or of another network namespace: not to be touched. */
static bool is_ours(const struct attached *c, unsigned long long netns)
{
	struct binding b;

	return !attached_binding(c, &b) && b.netns == netns;
}

/* What cannot be read, of an older version, may have anything. */
static bool has_device(const struct attached *c, uint32_t ifindex)
{
	const struct device_key key = { DEVICE_KEY_BITS, ifindex };
	uint32_t flags;

	if (c->map[MAP_DEVICES] < 0)
		return c->filtered;
	return bpf_map_lookup(c->map[MAP_DEVICES], &key, &flags) != -ENOENT;
}

/* Only devices leave every VRF's sets: most have none of them. */
static bool is_concerned(const struct attached *c, const struct leaving *l)
{
	if (!l || !l->ndevices)
		return true;
	for (size_t i = 0; i < l->ndevices; i++)
		if (has_device(c, l->devices[i]))
			return true;
	return false;
}

/* Read under the lock, so that of two updates the later one has the later news. */
static int update(int dir, const char *vrf, struct update *u, const struct attached *c)
{
	static struct policy s;
	struct attached now;
	int err;

	if (u->empty)
		return attach_update(dir, c, vrf, NULL);
	s.leaving = u->leaving;
	err = policy_read(vrf, u->without, &s);
	if (err == -ENODEV || err == -EOPNOTSUPP)
		return attach_update(dir, c, vrf, NULL);
	u->limited |= err || s.nprefixes;
	if (!err)
		err = attach_update(dir, c, vrf, &s);
	/* Half an update may let more pass than it should; of a replacement some may be there already. */
	if (err && !attached_find(dir, &now)) {
		attach_update(dir, &now, vrf, NULL);
		attached_close(&now);
	}
	return err;
}

/* 1 if this control group is to be updated, 0 if not, or -errno; then c is open. */
static int find_ours(int dir, const struct update *u, struct attached *c)
{
	int err = attached_find(dir, c);

	if (err)
		return err;
	if (is_ours(c, u->netns) && is_concerned(c, u->leaving))
		return 1;
	attached_close(c);
	return 0;
}

/* Without a lock first: whoever made one of no concern to us may hold a lock on it for ever. */
static int update_one(int dir, const char *vrf, void *arg)
{
	struct update *u = arg;
	struct attached c;
	int lock, err = find_ours(dir, u, &c);

	if (err > 0) {
		attached_close(&c);
		lock = cgroup_lock(dir);
		err = lock < 0 ? lock : find_ours(dir, u, &c);
		if (err > 0) {
			err = update(dir, vrf, u, &c);
			attached_close(&c);
		}
		if (lock >= 0)
			close(lock);
	}
	/* ENOENT, ENODEV: the directory went away meanwhile. */
	if (err && err != -ENOENT && err != -ENODEV && !u->err) {
		u->err = err;
		text_append(u->failed, u->failed + sizeof(u->failed), vrf);
	}
	return 0;
}

static int update_each(const char *vrf, struct update *u)
{
	int err;

	u->netns = netns_inode();
	if (!u->netns)
		return -EIO;
	err = each(vrf, update_one, u);
	return err ? err : u->err;
}

int groups_sync(const char *vrf, unsigned int without)
{
	struct update u = { .without = without };

	return update_each(vrf, &u);
}

static int update_all(struct update *u, char failed[IFNAMSIZ])
{
	int err = update_each(NULL, u);

	memcpy(failed, u->failed, sizeof(u->failed));
	return err;
}

int groups_sync_all(char failed[IFNAMSIZ])
{
	struct update u = { 0 };

	return update_all(&u, failed);
}

int groups_empty(const char *vrf)
{
	struct update u = { .empty = true };

	return update_each(vrf, &u);
}

int groups_leave(const uint32_t *ifindex, size_t n, char failed[IFNAMSIZ])
{
	const struct leaving l = { .devices = ifindex, .ndevices = n };
	struct update u = { .leaving = &l };

	return update_all(&u, failed);
}

int groups_leave_routes(const char *vrf, const struct destination *to, size_t n, bool *limited)
{
	struct prefix_key *prefixes = calloc(n ? n : 1, sizeof(*prefixes));
	const struct leaving l = { .prefixes = prefixes, .nprefixes = n };
	struct update u = { .leaving = &l };
	int err = prefixes ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < n; i++) {
		prefixes[i].length = PREFIX_FAMILY_BITS + to[i].length;
		prefixes[i].family = to[i].family;
		memcpy(prefixes[i].address, to[i].address, sizeof(prefixes[i].address));
	}
	if (!err) {
		leaving_sort(prefixes, n);
		err = update_each(vrf, &u);
	}
	free(prefixes);
	*limited = err || u.limited;
	return err;
}

struct count {
	unsigned long long netns;
	int processes;
};

static bool lives_in(const char *pid, unsigned long long netns)
{
	char file[TEXT_PROC_MAX];
	struct stat st;

	text_proc(file, atoi(pid), "ns/net");
	return !stat(file, &st) && st.st_ino == netns;
}

/* What `ip vrf exec` started counts as well: it uses the VRF just the same. */
static int count_one(int dir, const char *vrf, void *arg)
{
	struct count *count = arg;
	struct attached c;
	struct binding b;
	struct lines l;
	char *pid;
	bool bound;
	int err = attached_find(dir, &c);

	(void)vrf;
	if (err == -ENOENT || err == -ENODEV)
		return 0;
	if (err)
		return err;
	bound = !attached_binding(&c, &b);
	attached_close(&c);
	if (bound && b.netns != count->netns)
		return 0;
	err = lines_open(&l, dir, "cgroup.procs");
	while (!err && (pid = lines_next(&l)))
		count->processes += bound || lives_in(pid, count->netns);
	return err == -ENOENT || err == -ENODEV ? 0 : err;
}

int groups_processes(const char *vrf)
{
	struct count count = { .netns = netns_inode() };
	int err = count.netns ? each(vrf, count_one, &count) : -EIO;

	return err < 0 ? err : count.processes;
}
