/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/names-attach.c - give a control group the programs for names that its VRF's home has; see
 * names.h.  This is all of it that vrf-exec needs.
 */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/names.h"

const enum bpf_attach_type name_hooks[NAME_PROGRAMS] = {
	[NAME_RECEIVE4] = BPF_CGROUP_UDP4_RECVMSG,  [NAME_RECEIVE6] = BPF_CGROUP_UDP6_RECVMSG,
	[NAME_CONNECT4] = BPF_CGROUP_INET4_CONNECT, [NAME_CONNECT6] = BPF_CGROUP_INET6_CONNECT,
	[NAME_SEND4] = BPF_CGROUP_UDP4_SENDMSG,     [NAME_SEND6] = BPF_CGROUP_UDP6_SENDMSG,
};

/* Of the confinement, at the same hook; PROGRAMS: none */
static const unsigned char behind[NAME_PROGRAMS] = {
	[NAME_RECEIVE4] = PROGRAMS,         [NAME_RECEIVE6] = PROGRAMS,   [NAME_CONNECT4] = PROGRAM_CONNECT4,
	[NAME_CONNECT6] = PROGRAM_CONNECT6, [NAME_SEND4] = PROGRAM_SEND4, [NAME_SEND6] = PROGRAMS,
};

/* The kernel has at a hook only what was loaded for it. */
static bool is_ours(const char *name)
{
	return !strncmp(name, NAME_PREFIX, sizeof(NAME_PREFIX) - 1);
}

/* What a hook has of the two kinds: descriptors and ids.  A copy of `filter` is there when a run was killed. */
struct hook {
	int name, filter, copy;
	unsigned int name_id;
};

static void hook_close(const struct hook *h)
{
	const int fds[] = { h->name, h->filter, h->copy };

	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int take(struct hook *h, enum name_program p, unsigned int id)
{
	struct bpf_prog_info info;
	unsigned int none = 0;
	int prog = bpf_prog_open(id), err;

	if (prog < 0)
		return prog == -ENOENT ? 0 : prog; /* gone meanwhile */
	err = bpf_prog_info(prog, &info, NULL, &none);
	if (!err && h->name < 0 && is_ours(info.name)) {
		h->name = prog;
		h->name_id = id;
	} else if (!err && behind[p] < PROGRAMS && program_is_ours(behind[p], info.name) && h->copy < 0) {
		*(h->filter < 0 ? &h->filter : &h->copy) = prog;
	} else {
		close(prog);
	}
	return err;
}

/* A kernel without the hook has nothing there.  known: not taken, a program of the confinement or 0 */
static int look(int dir, enum name_program p, unsigned int known, struct hook *h)
{
	unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;
	int err = bpf_query(dir, name_hooks[p], ids, &n, &flags);

	if (err == -EINVAL)
		return 0;
	for (unsigned int i = 0; !err && i < n; i++)
		if (ids[i] != known)
			err = take(h, p, ids[i]);
	return err;
}

static int load_copy(int dir, enum program p)
{
	struct attached c;
	int copy, err = attached_find(dir, &c);

	if (err)
		return err;
	copy = program_load(p, c.map, NULL);
	attached_close(&c);
	return copy;
}

/*
 * Programs run in the order in which they came.  The confinement's is there, and at no moment none:
 * a copy comes behind it, this one takes its place, and it takes the copy's.
 */
static int attach_in_front(int dir, enum name_program p, int prog, struct hook *h)
{
	int err = 0;

	if (h->copy < 0) {
		h->copy = load_copy(dir, behind[p]);
		err = h->copy < 0 ? h->copy : bpf_attach(dir, h->copy, name_hooks[p], -1);
	}
	if (!err)
		err = bpf_attach(dir, prog, name_hooks[p], h->filter);
	return err ? err : bpf_attach(dir, h->filter, name_hooks[p], h->copy);
}

static int attach_one(int dir, enum name_program p, const struct hook *from, struct hook *to)
{
	if (from->name < 0)
		return to->name < 0 ? 0 : bpf_detach(dir, to->name, name_hooks[p]);
	if (to->name >= 0)
		return to->name_id == from->name_id ? 0 : bpf_attach(dir, from->name, name_hooks[p], to->name);
	if (to->filter >= 0)
		return attach_in_front(dir, p, from->name, to);
	return bpf_attach(dir, from->name, name_hooks[p], -1);
}

int names_attach(int home, const struct attached *set, int dir)
{
	const bool wanted = home >= 0 && names_are_wanted(dir);
	bool none = false;
	int err = 0;

	for (int i = 0; !err && !none && i < NAME_PROGRAMS; i++) {
		struct hook from = { -1, -1, -1, 0 }, to = from;
		/* The first comes first and goes last: where it is not there is none. */
		const int p = wanted ? i : NAME_PROGRAMS - 1 - i;
		const unsigned int known = set && behind[p] < PROGRAMS ? set->id[behind[p]] : 0;

		err = wanted ? look(home, p, known, &from) : 0;
		if (!err)
			err = look(dir, p, from.name < 0 ? known : 0, &to);
		none = wanted && !p && from.name < 0;
		if (!err && !none)
			err = attach_one(dir, p, &from, &to);
		else if (!err && to.name >= 0)
			err = names_attach(-1, set, dir);
		hook_close(&from);
		hook_close(&to);
	}
	return err;
}

bool names_is_ours(unsigned int id)
{
	struct bpf_prog_info info;
	unsigned int none = 0;
	int prog = bpf_prog_open(id);
	bool ours = !bpf_prog_info(prog, &info, NULL, &none) && is_ours(info.name);

	close(prog);
	return ours;
}

/* Only what is unusual has it. */
#define NOT_WANTED "trusted.vrf-ng.names"

bool names_are_wanted(int dir)
{
	return fgetxattr(dir, NOT_WANTED, NULL, 0) < 0;
}

int names_want(int dir, bool wanted)
{
	int err = wanted ? fremovexattr(dir, NOT_WANTED) : fsetxattr(dir, NOT_WANTED, NULL, 0, 0);

	return err && errno != ENODATA ? -errno : 0;
}
