// SPDX-License-Identifier: ISC
/*
 * helpers/confine.c - the programs and maps of one control group.
 *
 * There is no pin and no file: the control group holds its programs, they hold their
 * maps, and both are found by their ids.  All of it ends with the control group.
 */
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/bpf.h"
#include "helpers/cgroup.h"
#include "helpers/confine.h"

#define ATTACHED_MAX 64 /* BPF_CGROUP_MAX_PROGS of the kernel */

int confine_lock(int dir)
{
	while (flock(dir, LOCK_EX))
		if (errno != EINTR)
			return -errno;
	return 0;
}

unsigned long long confine_netns(void)
{
	static unsigned long long inode;
	struct stat st;

	if (!inode && !stat("/proc/self/ns/net", &st))
		inode = st.st_ino;
	return inode;
}

static void close_all(int *fds, int n)
{
	for (int i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

void confine_close(struct confine *c)
{
	close_all(c->program, PROGRAMS);
	close_all(c->map, MAPS);
}

static bool has_layout(enum map m, const struct bpf_map_info *i)
{
	static const struct {
		unsigned int key, value;
	} layout[MAPS] = {
		[MAP_BINDING] = { sizeof(__u32), sizeof(struct binding) },
		[MAP_DEVICES] = { sizeof(__u32), sizeof(__u32) },
		[MAP_PREFIXES] = { sizeof(struct prefix), sizeof(__u32) },
	};

	return i->key_size == layout[m].key && i->value_size == layout[m].value;
}

/* Note the map in its place; all programs of a control group must share the same. */
static int take_map(struct confine *c, unsigned int ids[MAPS], unsigned int id)
{
	struct bpf_map_info info;
	int err, fd;

	for (int m = 0; m < MAPS; m++)
		if (ids[m] == id)
			return 0;
	fd = bpf_map_open(id);
	if (fd < 0)
		return fd;
	err = bpf_map_info(fd, &info);
	for (int m = 0; !err && m < MAPS; m++) {
		if (strcmp(info.name, map_names[m]))
			continue;
		if (c->map[m] < 0 && has_layout(m, &info)) {
			c->map[m] = fd;
			ids[m] = id;
			return 0;
		}
		c->current = false;
	}
	close(fd);
	return err;
}

static int take_program(struct confine *c, enum program p, int prog, unsigned int map_ids[MAPS])
{
	unsigned int ids[MAPS], n = MAPS;
	struct bpf_prog_info info;
	int err = bpf_prog_info(prog, &info, ids, &n);

	if (err || !program_is_ours(p, info.name))
		return err;
	if (c->program[p] >= 0) {
		/* Cannot be: we replace.  The filters of both would have to agree for ever. */
		c->current = false;
		return 0;
	}
	c->program[p] = prog;
	c->current &= program_is_current(p, info.name);
	for (unsigned int i = 0; !err && i < n; i++)
		err = take_map(c, map_ids, ids[i]);
	return err;
}

int confine_find(int dir, struct confine *c)
{
	unsigned int map_ids[MAPS] = { 0 };
	int err = 0;

	*c = (struct confine){ .current = true };
	memset(c->program, -1, sizeof(c->program));
	memset(c->map, -1, sizeof(c->map));
	for (int p = 0; !err && p < PROGRAMS; p++) {
		unsigned int ids[ATTACHED_MAX], n = ATTACHED_MAX, flags;

		err = bpf_query(dir, program_hooks[p], ids, &n, &flags);
		if (p == PROGRAM_SOCKET && n && !flags)
			c->foreign = true;
		for (unsigned int i = 0; !err && i < n; i++) {
			int prog = bpf_prog_open(ids[i]);

			if (prog == -ENOENT)
				continue; /* gone meanwhile */
			err = prog < 0 ? prog : take_program(c, p, prog, map_ids);
			if (prog >= 0 && c->program[p] != prog)
				close(prog);
		}
	}
	c->filtered = c->program[PROGRAM_OUT] >= 0 && c->program[PROGRAM_IN] >= 0;
	c->current &= c->program[PROGRAM_SOCKET] >= 0 && c->map[MAP_BINDING] >= 0 &&
		      c->filtered == (c->map[MAP_DEVICES] >= 0);
	if (err)
		confine_close(c);
	return err;
}

int confine_binding(const struct confine *c, struct binding *b)
{
	__u32 zero = 0;

	return c->map[MAP_BINDING] < 0 ? -ENOENT : bpf_map_lookup(c->map[MAP_BINDING], &zero, b);
}

/* Nothing in a map: the end, or a deletion raced with us; both mean that it is not there. */
static int gone(int err)
{
	return err == -ENOENT ? 0 : err;
}

/* Delete what is not in the scope, update what changed to less. */
static int shrink_devices(int map, const struct scope *s)
{
	__u32 key, next;
	int more = bpf_map_next(map, NULL, &next), err = 0;

	while (!more && !err) {
		const struct device *d;

		key = next;
		more = bpf_map_next(map, &key, &next);
		d = s ? scope_device(s, key) : NULL;
		err = d ? bpf_map_update(map, &key, &d->flags) : gone(bpf_map_delete(map, &key));
	}
	return err ? err : gone(more);
}

static int grow_devices(int map, const struct scope *s)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < s->ndevices; i++)
		err = bpf_map_update(map, &s->devices[i].ifindex, &s->devices[i].flags);
	return err;
}

/*
 * A prefix that must not pass, inside one that may, narrows it.  So those come before
 * anything else and are the last to go.
 */
static int update_prefixes(int map, const struct scope *s, __u32 pass)
{
	int err = 0;

	for (unsigned int i = 0; s && !err && i < s->nprefixes; i++)
		if (s->prefixes[i].pass == pass)
			err = bpf_map_update(map, &s->prefixes[i].prefix, &s->prefixes[i].pass);
	return err;
}

static int delete_prefixes(int map, const struct scope *s, __u32 pass)
{
	struct prefix key, next;
	int more = bpf_map_next(map, NULL, &next), err = 0;

	while (!more && !err) {
		__u32 value = 0;

		key = next;
		more = bpf_map_next(map, &key, &next);
		if (!bpf_map_lookup(map, &key, &value) && value == pass &&
		    (!s || !scope_prefix(s, &key)))
			err = gone(bpf_map_delete(map, &key));
	}
	return err ? err : gone(more);
}

static int fill_sets(int devices, int prefixes, const struct scope *s)
{
	int err = shrink_devices(devices, s);

	if (!err)
		err = update_prefixes(prefixes, s, 0);
	if (!err)
		err = delete_prefixes(prefixes, s, 1);
	if (!err)
		err = delete_prefixes(prefixes, s, 0);
	if (!err)
		err = update_prefixes(prefixes, s, 1);
	if (!err && s)
		err = grow_devices(devices, s);
	return err;
}

int confine_fill(const struct confine *c, const char *vrf, const struct scope *s)
{
	struct binding want, have, between = { .netns = confine_netns() };
	const __u32 zero = 0;
	int err = confine_binding(c, &have);

	if (err)
		return err;
	if (!between.netns)
		return -EIO;
	memcpy(between.name, vrf, strnlen(vrf, sizeof(between.name) - 1));
	want = between;
	if (s) {
		want.mark = s->mark;
		want.ifindex = s->mark ? 0 : s->ifindex;
		want.digest = scope_digest(s);
		if (!memcmp(&want, &have, sizeof(want)))
			return 0;
	}
	/*
	 * The programs read the binding word by word: it goes through empty, never from
	 * device to mark.
	 */
	if (want.ifindex == have.ifindex && want.mark == have.mark) {
		between.ifindex = want.ifindex;
		between.mark = want.mark;
	}
	err = bpf_map_update(c->map[MAP_BINDING], &zero, &between);
	if (!err && c->map[MAP_DEVICES] >= 0)
		err = fill_sets(c->map[MAP_DEVICES], c->map[MAP_PREFIXES], s);
	return err || !s ? err : bpf_map_update(c->map[MAP_BINDING], &zero, &want);
}

/* New maps and programs, not attached yet */
static int load(struct confine *c, bool filter)
{
	int err = 0;

	for (int m = 0; !err && m < (filter ? MAPS : MAP_BINDING + 1); m++) {
		c->map[m] = map_create(m);
		err = c->map[m] < 0 ? c->map[m] : 0;
	}
	for (int p = filter ? 0 : PROGRAM_SOCKET; !err && p < PROGRAMS; p++) {
		c->program[p] = program_load(p, c->map);
		err = c->program[p] < 0 ? c->program[p] : 0;
	}
	return err;
}

/* Before Linux 5.11 maps and programs count against RLIMIT_MEMLOCK; the command gets it back. */
static int load_unlimited(struct confine *c, bool filter)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit old;
	bool raised = !prlimit(0, RLIMIT_MEMLOCK, &unlimited, &old);
	int err = load(c, filter);

	if (raised && prlimit(0, RLIMIT_MEMLOCK, &old, NULL) && !err)
		err = -errno;
	return err;
}

/* A program of `ip vrf exec` gives way once the filters stand: nothing unbound gets out. */
static int detach_foreign(int dir)
{
	unsigned int ids[ATTACHED_MAX], n = ATTACHED_MAX, flags;
	int prog, err = bpf_query(dir, BPF_CGROUP_INET_SOCK_CREATE, ids, &n, &flags);

	if (err || !n)
		return err;
	prog = bpf_prog_open(ids[0]);
	if (prog < 0)
		return prog;
	err = bpf_detach(dir, prog, BPF_CGROUP_INET_SOCK_CREATE);
	close(prog);
	return err;
}

static int replace(int dir, const struct confine *old, const char *vrf, const struct scope *s,
		   bool filter)
{
	struct confine new;
	int err;

	memset(new.program, -1, sizeof(new.program));
	memset(new.map, -1, sizeof(new.map));
	/*
	 * Who can open a directory can flock(2) it and keep everybody else waiting.
	 * `ip vrf pids` needs the x only.
	 */
	if (fchmod(dir, 0711))
		return -errno;
	err = load_unlimited(&new, filter);
	if (!err)
		err = confine_fill(&new, vrf, s);
	for (int p = filter ? 0 : PROGRAM_SOCKET; !err && p < PROGRAMS; p++) {
		if (p == PROGRAM_SOCKET && old->foreign)
			err = detach_foreign(dir);
		if (!err)
			err = bpf_attach(dir, new.program[p], program_hooks[p], old->program[p]);
	}
	confine_close(&new);
	return err;
}

static int detach_filters(int dir, struct confine *c)
{
	int err = 0;

	for (int p = 0; !err && p < PROGRAM_SOCKET; p++)
		if (c->program[p] >= 0)
			err = bpf_detach(dir, c->program[p], program_hooks[p]);
	return err;
}

/* May these processes' confinement be loosened, or pointed at this network namespace? */
static int in_use(int dir, const struct confine *c, bool filter)
{
	struct binding b;
	bool other = !confine_binding(c, &b) && b.netns != confine_netns();
	bool filters = c->program[PROGRAM_OUT] >= 0 || c->program[PROGRAM_IN] >= 0;
	int populated;

	if (!other && (filter || !filters))
		return 0;
	populated = cgroup_populated(dir);
	return populated > 0 ? -EBUSY : populated;
}

int confine_attach(int dir, const char *vrf, const struct scope *s, bool filter)
{
	struct confine c;
	int err = confine_find(dir, &c);

	if (err)
		return err;
	err = in_use(dir, &c, filter);
	if (!err && !filter)
		err = detach_filters(dir, &c);
	if (!err) {
		if (c.current && c.filtered == filter)
			err = confine_fill(&c, vrf, s);
		else
			err = replace(dir, &c, vrf, s, filter);
	}
	confine_close(&c);
	return err;
}
