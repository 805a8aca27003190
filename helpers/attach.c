// SPDX-License-Identifier: ISC
/*
 * helpers/attach.c - load programs and attach them to a control group, in the place of
 * older ones of ours: however often a service starts, it has one of each.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/bpf.h"
#include "helpers/cgroup.h"
#include "helpers/confine.h"
#include "helpers/netns.h"

static int load_program(struct confine *c, enum program p)
{
	struct bpf_prog_info info;
	unsigned int none = 0;
	int err;

	c->program[p] = program_load(p, c->map);
	if (c->program[p] < 0)
		return c->program[p];
	err = bpf_prog_info(c->program[p], &info, NULL, &none);
	c->id[p] = info.id;
	return err;
}

/* New maps and programs, not attached yet; no more of them than this scope needs */
static int load(struct confine *c, const struct scope *s, bool filter)
{
	const int maps = !filter ? MAP_BINDING + 1 : s && !scope_is_limited(s) ? MAP_PREFIXES : MAPS;
	int err = 0;

	for (int m = 0; !err && m < maps; m++) {
		c->map[m] = map_create(m);
		err = c->map[m] < 0 ? c->map[m] : 0;
	}
	for (int p = filter ? 0 : PROGRAM_SOCKET; !err && p < PROGRAMS; p++)
		err = load_program(c, p);
	return err;
}

/* Before Linux 5.11 maps and programs count against RLIMIT_MEMLOCK; the command gets it back. */
static int load_unlimited(struct confine *c, const struct scope *s, bool filter)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit old;
	bool raised = !prlimit(0, RLIMIT_MEMLOCK, &unlimited, &old);
	int err = load(c, s, filter);

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
	struct confine new = { .current = true, .filtered = filter };
	int err;

	memset(new.program, -1, sizeof(new.program));
	memset(new.map, -1, sizeof(new.map));
	err = load_unlimited(&new, s, filter);
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
	bool other = !confine_binding(c, &b) && b.netns != netns_inode();
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
	int err;

	if (filter && confine_is_complete(dir, vrf, s))
		return 0;
	err = confine_find(dir, &c);
	if (err)
		return err;
	err = in_use(dir, &c, filter);
	if (!err && !filter)
		err = detach_filters(dir, &c);
	if (!err) {
		if (!confine_suits(&c, s) || c.filtered != filter)
			err = replace(dir, &c, vrf, s, filter);
		else if (!confine_is_filled(&c, vrf, s))
			err = confine_fill(&c, vrf, s);
	}
	confine_close(&c);
	return err;
}

int confine_update(int dir, const struct confine *c, const char *vrf, const struct scope *s)
{
	return confine_suits(c, s) ? confine_fill(c, vrf, s) : replace(dir, c, vrf, s, c->filtered);
}
