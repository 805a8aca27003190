/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/attach.c - make the set of a VRF, and attach its programs to a control group in
 * the place of older ones of ours: however often a service starts, it has one of each.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/lsm.h"

/*
 * Nothing attaches to the LSM's functions in a kernel without CONFIG_FUNCTION_TRACER
 * (bpf_trampoline_link_prog()), or on an architecture that knows no trampolines.
 */
static bool cannot_attach(enum program p, int err)
{
	return program_is_lsm(p) && (err == -EBUSY || err == -EINVAL || err == -ENOTSUPP);
}

static int take_id(struct attached *c, enum program p)
{
	struct bpf_prog_info info;
	unsigned int none = 0;
	int err;

	if (c->program[p] < 0)
		return c->program[p];
	err = bpf_prog_info(c->program[p], &info, NULL, &none);
	c->id[p] = info.id;
	return err;
}

static int load_program(struct attached *c, enum program p, const struct layout *l)
{
	c->program[p] = program_load(p, c->map, l);
	return take_id(c, p);
}

/* None where the kernel does not call them: the self-test tells, and vrf-exec says so. */
static int load_lsm(struct attached *c)
{
	struct layout l;
	int err = lsm_family(&c->program[PROGRAM_FAMILY], &c->map[MAP_LAYOUT], &l);

	if (err == -ENOENT) {
		c->program[PROGRAM_FAMILY] = c->map[MAP_LAYOUT] = -1;
		return 0;
	}
	if (!err)
		err = take_id(c, PROGRAM_FAMILY);
	if (!err)
		err = load_program(c, PROGRAM_KEEP, &l);
	if (!err)
		err = load_program(c, PROGRAM_BIND, &l);
	return err ? err : load_program(c, PROGRAM_SET, &l);
}

/* New maps and programs, not attached yet; no more of them than this policy needs */
static int load(struct attached *c, const struct policy *s)
{
	const int maps = s && !policy_is_limited(s) ? MAP_PREFIXES : MAP_PREFIXES + 1;
	int err = 0;

	for (int m = 0; !err && m < maps; m++) {
		c->map[m] = map_create(m);
		err = c->map[m] < 0 ? c->map[m] : 0;
	}
	for (int p = 0; !err && p < PROGRAMS; p++)
		if (!program_is_lsm(p))
			err = load_program(c, p, NULL);
	return err ? err : load_lsm(c);
}

/* Before Linux 5.11 maps and programs count against RLIMIT_MEMLOCK; the command gets it back. */
static int load_unlimited(struct attached *c, const struct policy *s)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit old;
	bool raised = !prlimit(0, RLIMIT_MEMLOCK, &unlimited, &old);
	int err = load(c, s);

	if (raised && prlimit(0, RLIMIT_MEMLOCK, &old, NULL) && !err)
		err = -errno;
	return err;
}

/* A program of `ip vrf exec` gives way once the filters stand: nothing unbound gets out. */
static int detach_foreign(int dir)
{
	unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;
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

/* The program for families is the same for all control groups, and may be there already. */
static int attach_one(int dir, const struct attached *old, const struct attached *new, enum program p)
{
	int err = p == PROGRAM_SOCKET && old->foreign ? detach_foreign(dir) : 0;

	if (err || new->program[p] < 0 || (old->program[p] >= 0 && old->id[p] == new->id[p]))
		return err;
	return bpf_attach(dir, new->program[p], program_hooks[p], old->program[p]);
}

/* Where the kernel has the hooks but nothing attaches to them */
static void forget_lsm(struct attached *new)
{
	for (int p = 0; p < PROGRAMS; p++) {
		if (!program_is_lsm(p))
			continue;
		if (new->program[p] >= 0)
			close(new->program[p]);
		new->program[p] = -1;
		new->id[p] = 0;
	}
}

int attach_adopt(int dir, const struct attached *old, const struct attached *set, bool filter)
{
	int err = 0;

	for (int p = filter ? 0 : PROGRAM_SOCKET; !err && p < PROGRAMS; p++)
		err = attach_one(dir, old, set, p);
	return err;
}

/* Filled before any control group has it, and before the home has all of it. */
static int attach_new(int home, const struct attached *old, struct attached *new, const char *vrf,
		      const struct policy *s)
{
	int err = maps_fill(new, vrf, s);

	for (int p = 0; !err && p < PROGRAMS; p++) {
		err = attach_one(home, old, new, p);
		if (!cannot_attach(p, err))
			continue;
		forget_lsm(new);
		err = maps_fill(new, vrf, s);
	}
	return err;
}

static int make_set(int home, const struct attached *old, const char *vrf, const struct policy *s, struct attached *new)
{
	int err;

	attached_begin(new);
	new->filtered = true;
	err = load_unlimited(new, s);
	if (!err)
		err = attach_new(home, old, new, vrf, s);
	if (err)
		attached_close(new);
	return err;
}

/* Of this namespace and VRF for as long as it lives, of this version, large enough for the policy */
static bool is_usable(const struct attached *set, const char *vrf, const struct policy *s)
{
	struct binding b;

	return set->filtered && maps_suit(set, s) && !attached_binding(set, &b) && binding_is_ours(&b) &&
	       !strncmp(b.name, vrf, sizeof(b.name));
}

int attach_set(int home, const char *vrf, const struct policy *s, struct attached *set)
{
	struct attached old;
	int err = attached_find(home, &old);

	if (err)
		return err;
	if (!is_usable(&old, vrf, s)) {
		err = make_set(home, &old, vrf, s, set);
		attached_close(&old);
		return err;
	}
	*set = old;
	err = maps_update(set, vrf, s);
	if (err)
		attached_close(set);
	return err;
}

static int detach_filters(int dir, struct attached *c)
{
	int err = 0;

	for (int p = 0; !err && p < PROGRAM_SOCKET; p++)
		if (c->program[p] >= 0)
			err = bpf_detach(dir, c->program[p], program_hooks[p]);
	return err;
}

/* May these processes' confinement be loosened, or pointed at this network namespace? */
static int in_use(int dir, const struct attached *c, bool filter)
{
	struct binding b;
	bool other = !attached_binding(c, &b) && !binding_is_ours(&b);
	bool filters = c->program[PROGRAM_OUT] >= 0 || c->program[PROGRAM_IN] >= 0;
	int populated;

	if (!other && (filter || !filters))
		return 0;
	populated = cgroup_populated(dir);
	return populated > 0 ? -EBUSY : populated;
}

int attach_programs(int dir, const struct attached *set, bool filter)
{
	struct attached old;
	int err;

	/* As one that is new: eight hooks need not be looked at. */
	if (attached_is_bare(dir)) {
		attached_begin(&old);
		return attach_adopt(dir, &old, set, filter);
	}
	err = attached_find(dir, &old);
	if (err)
		return err;
	err = in_use(dir, &old, filter);
	if (!err && !filter)
		err = detach_filters(dir, &old);
	if (!err)
		err = attach_adopt(dir, &old, set, filter);
	attached_close(&old);
	return err;
}
