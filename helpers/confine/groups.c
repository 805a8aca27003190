/* SPDX-License-Identifier: ISC */
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
#include "helpers/confine/home.h"
#include "helpers/confine/kept.h"
#include "helpers/confine/sets.h"

struct walk {
	const char *vrf; /* NULL: every one */
	bool inside;     /* a directory `vrf` */
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

int groups_each(const char *vrf, int (*fn)(int dir, const char *vrf, void *arg), void *arg)
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
	const char *vrf; /* NULL: every one */
	unsigned int without;
	const struct leaving *leaving;
	bool empty;
	bool anew;     /* whatever the sets say of themselves */
	bool limited;  /* one had destinations */
	bool filled;   /* of the VRF that is the turn of: one was not as it shall be */
	bool is_there; /* ... it has a device */
	struct sets sets;
	char (*name)[IFNAMSIZ]; /* of VRFs with sets */
	size_t names;
	int err; /* the first; the others are updated all the same */
	char failed[IFNAMSIZ];
};

static int note_name(const char *vrf, void *arg)
{
	struct update *u = arg;
	char(*grown)[IFNAMSIZ];

	if (u->vrf && strcmp(u->vrf, vrf))
		return 0;
	for (size_t i = 0; i < u->names; i++)
		if (!strcmp(u->name[i], vrf))
			return 0;
	grown = realloc(u->name, (u->names + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	u->name = grown;
	text_append(grown[u->names], grown[u->names] + IFNAMSIZ, vrf);
	u->names++;
	return 0;
}

/* Not ours, or of another network namespace: not to be touched. */
static bool is_ours(const struct attached *c)
{
	struct binding b;

	return !attached_binding(c, &b) && binding_is_ours(&b);
}

/* The directory went away meanwhile. */
static bool is_gone(int err)
{
	return err == -ENOENT || err == -ENODEV;
}

/* Sets of old versions do not say whose they are, their control groups do. */
static int note_group(int dir, const char *vrf, void *arg)
{
	struct attached c;
	int err = attached_find(dir, &c);

	if (err)
		return is_gone(err) ? 0 : err;
	err = is_ours(&c) && !c.current ? note_name(vrf, arg) : 0;
	attached_close(&c);
	return err;
}

/* Homes as well: somebody may be making a set there right now, of what was so before. */
static int find_names(struct update *u)
{
	int err = sets_find(&u->sets);

	for (size_t i = 0; !err && i < u->sets.count; i++)
		err = note_name(u->sets.set[i].vrf, u);
	if (!err)
		err = home_each(note_name, u);
	if (!err && u->sets.older)
		err = groups_each(u->vrf, note_group, u);
	return err;
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

static bool has_leaving(const struct attached *c, const struct update *u)
{
	if (u->without && has_device(c, u->without))
		return true;
	for (size_t i = 0; u->leaving && i < u->leaving->ndevices; i++)
		if (has_device(c, u->leaving->devices[i]))
			return true;
	return false;
}

struct converging {
	const struct attached *set;
	int err;
};

static bool has_all(const struct attached *c, const struct attached *set)
{
	for (int p = 0; p < PROGRAMS; p++)
		if (c->program[p] >= 0 && c->id[p] != set->id[p])
			return false;
	return true;
}

/* 1 if this control group has other programs of ours than the set's, 0 if not, or -errno; then c is open. */
static int find_other(int dir, const struct attached *set, struct attached *c)
{
	int err = attached_find(dir, c);

	if (err)
		return err;
	if (is_ours(c) && !has_all(c, set))
		return 1;
	attached_close(c);
	return 0;
}

/* Without a lock first: whoever made one of no concern to us may hold a lock on it for ever. */
static int converge_one(int dir, const char *vrf, void *arg)
{
	struct converging *all = arg;
	struct attached c;
	int lock, err = find_other(dir, all->set, &c);

	(void)vrf;
	if (err > 0) {
		attached_close(&c);
		lock = cgroup_lock(dir);
		err = lock < 0 ? lock : find_other(dir, all->set, &c);
		if (err > 0) {
			err = attach_adopt(dir, &c, all->set,
					   c.program[PROGRAM_OUT] >= 0 || c.program[PROGRAM_IN] >= 0);
			attached_close(&c);
		}
		cgroup_unlock(dir, lock);
	}
	if (err && !is_gone(err) && !all->err)
		all->err = err;
	return 0;
}

/* One set for all control groups of the VRF: until each has it, the others are kept in line as well. */
static int converge(int home, const char *vrf, const struct policy *s)
{
	struct attached set;
	struct converging all = { .set = &set };
	int err = attach_set(home, vrf, s, &set);

	if (err)
		return err;
	err = groups_each(vrf, converge_one, &all);
	attached_close(&set);
	return err ? err : all.err;
}

/* What it has according to itself, unless that is not to be believed. */
static const struct contents *known(const struct update *u, const struct attached *c, const char *vrf)
{
	static struct contents kept;
	struct binding b;

	return !u->anew && !attached_binding(c, &b) && kept_read(vrf, &b, &kept) ? &kept : NULL;
}

/* 1 if it has to be replaced, 0, or -errno */
static int fill(struct update *u, const struct attached *c, const char *vrf, const struct policy *s)
{
	if (!c->current || !maps_suit(c, s))
		return 1;
	if (!u->anew && s && maps_are_filled(c, vrf, s))
		return 0;
	u->filled = true;
	return maps_fill_known(c, vrf, s, known(u, c, vrf));
}

/* The home's own, which may be younger than the list of all; *binding: its id, 0 if there is none. */
static int fill_home(struct update *u, int home, const char *vrf, const struct policy *s, unsigned int *binding)
{
	struct bpf_map_info info = { 0 };
	struct attached c;
	int err = attached_find(home, &c);

	*binding = 0;
	if (err)
		return err;
	if (is_ours(&c)) {
		err = bpf_map_info(c.map[MAP_BINDING], &info);
		*binding = info.id;
		if (!err)
			err = fill(u, &c, vrf, s);
	}
	attached_close(&c);
	return err;
}

static int fill_other(struct update *u, const struct set *other, const struct policy *s)
{
	struct attached c;
	int err = attached_open(other->binding, &c);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = fill(u, &c, other->vrf, s);
	attached_close(&c);
	return err;
}

static int fill_all(struct update *u, int home, const char *vrf, const struct policy *s)
{
	unsigned int binding;
	int err = fill_home(u, home, vrf, s, &binding);
	bool replace = u->sets.older || err > 0;

	for (size_t i = 0; err >= 0 && i < u->sets.count; i++) {
		if (strcmp(u->sets.set[i].vrf, vrf) || u->sets.set[i].binding == binding)
			continue;
		err = fill_other(u, &u->sets.set[i], s);
		replace |= err > 0;
	}
	if (err < 0)
		return err;
	return replace ? converge(home, vrf, s) : 0;
}

/* Read under the lock, so that of two updates the later one has the later news. */
static int update_locked(struct update *u, int home, const char *vrf)
{
	static struct policy s;
	const struct policy *want = &s;
	int err = 0;

	if (u->empty)
		return fill_all(u, home, vrf, NULL);
	s.leaving = u->leaving;
	err = policy_read(vrf, u->without, &s);
	if (err == -ENODEV || err == -EOPNOTSUPP) {
		u->is_there = err != -ENODEV;
		want = NULL;
		err = 0;
	}
	u->limited |= err || (want && s.nprefixes);
	u->filled = false;
	if (!err)
		err = fill_all(u, home, vrf, want);
	if (!err && want)
		kept_write(vrf, want, u->filled);
	/* Half an update may let more pass than it should. */
	if (err)
		fill_all(u, home, vrf, NULL);
	return err;
}

/* If only devices leave: most sets have none of them. */
static bool is_concerned(const struct update *u, const char *vrf)
{
	bool concerned = (!u->without && !(u->leaving && u->leaving->ndevices)) || u->sets.older;

	for (size_t i = 0; !concerned && i < u->sets.count; i++) {
		struct attached c;
		int err;

		if (strcmp(u->sets.set[i].vrf, vrf))
			continue;
		err = attached_open(u->sets.set[i].binding, &c);
		concerned = err ? err != -ENOENT : has_leaving(&c, u);
		if (!err)
			attached_close(&c);
	}
	return concerned;
}

static void update_vrf(struct update *u, const char *vrf)
{
	int home, lock, err;
	bool made;

	if (!is_concerned(u, vrf))
		return;
	home = home_open(vrf, false);
	made = home == -ENOENT;
	if (made)
		home = home_open(vrf, true);
	lock = home < 0 ? home : cgroup_lock(home);
	u->is_there = true;
	err = lock < 0 ? lock : update_locked(u, home, vrf);
	/* Processes of a VRF that is gone have a set for a while; its home is nobody's to remove any more. */
	if (made && !u->is_there)
		home_remove(vrf);
	cgroup_unlock(home, lock);
	if (home >= 0)
		close(home);
	if (err && !u->err) {
		u->err = err;
		text_append(u->failed, u->failed + sizeof(u->failed), vrf);
	}
}

static int update_each(struct update *u)
{
	int err = netns_inode() ? find_names(u) : -EIO;

	for (size_t i = 0; !err && i < u->names; i++)
		update_vrf(u, u->name[i]);
	sets_free(&u->sets);
	free(u->name);
	return err ? err : u->err;
}

int groups_sync(const char *vrf, unsigned int without)
{
	struct update u = { .vrf = vrf, .without = without };

	return update_each(&u);
}

int groups_fill(const char *vrf)
{
	struct update u = { .vrf = vrf, .anew = true };

	return update_each(&u);
}

static int update_all(struct update *u, char failed[IFNAMSIZ])
{
	int err = update_each(u);

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
	struct update u = { .vrf = vrf, .empty = true };

	return update_each(&u);
}

void groups_forget(const char *vrf)
{
	kept_forget(vrf);
	home_remove(vrf);
}

int groups_leave(const uint32_t *ifindex, size_t n, char failed[IFNAMSIZ])
{
	const struct leaving l = { .devices = ifindex, .ndevices = n };
	struct update u = { .leaving = &l };

	return update_all(&u, failed);
}

int groups_leave_routes(const char *vrf, const struct prefix *to, size_t n, bool *limited)
{
	struct prefix *prefixes = calloc(n ? n : 1, sizeof(*prefixes));
	const struct leaving l = { .prefixes = prefixes, .nprefixes = n };
	struct update u = { .vrf = vrf, .leaving = &l };
	int err = prefixes ? 0 : -ENOMEM;

	if (!err) {
		if (n)
			memcpy(prefixes, to, n * sizeof(*prefixes));
		leaving_sort(prefixes, n);
		err = update_each(&u);
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
	if (bound && !binding_is_ours(&b))
		return 0;
	err = lines_open(&l, dir, "cgroup.procs");
	while (!err && (pid = lines_next(&l)))
		count->processes += bound || lives_in(pid, count->netns);
	return err == -ENOENT || err == -ENODEV ? 0 : err;
}

int groups_processes(const char *vrf)
{
	struct count count = { .netns = netns_inode() };
	int err = count.netns ? groups_each(vrf, count_one, &count) : -EIO;

	return err < 0 ? err : count.processes;
}
