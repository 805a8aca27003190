// SPDX-License-Identifier: ISC
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
	[NAME_RECEIVE4] = BPF_CGROUP_UDP4_RECVMSG, [NAME_RECEIVE6] = BPF_CGROUP_UDP6_RECVMSG,
	[NAME_CONNECT4] = BPF_CGROUP_INET4_CONNECT, [NAME_CONNECT6] = BPF_CGROUP_INET6_CONNECT,
	[NAME_SEND4] = BPF_CGROUP_UDP4_SENDMSG, [NAME_SEND6] = BPF_CGROUP_UDP6_SENDMSG,
};

const char *const name_prefixes[NAME_PROGRAMS] = {
	[NAME_RECEIVE4] = "vrf_nr4_", [NAME_RECEIVE6] = "vrf_nr6_", [NAME_CONNECT4] = "vrf_nc4_",
	[NAME_CONNECT6] = "vrf_nc6_", [NAME_SEND4] = "vrf_ns4_", [NAME_SEND6] = "vrf_ns6_",
};

/* Of the confinement, at the same hook; PROGRAMS: none */
static enum program behind(enum name_program p)
{
	switch (p) {
	case NAME_CONNECT4:
		return PROGRAM_CONNECT4;
	case NAME_CONNECT6:
		return PROGRAM_CONNECT6;
	case NAME_SEND4:
		return PROGRAM_SEND4;
	default:
		return PROGRAMS;
	}
}

/* What a hook has of the two kinds: descriptors and ids.  A copy of `filter` is there when a run was killed. */
struct hook {
	int name, filter, copy;
	unsigned int name_id;
};

static void hook_close(struct hook *h)
{
	if (h->name >= 0)
		close(h->name);
	if (h->filter >= 0)
		close(h->filter);
	if (h->copy >= 0)
		close(h->copy);
}

static int take(struct hook *h, enum name_program p, unsigned int id)
{
	struct bpf_prog_info info;
	unsigned int none = 0;
	int prog = bpf_prog_open(id), err;

	if (prog < 0)
		return prog == -ENOENT ? 0 : prog; /* gone meanwhile */
	err = bpf_prog_info(prog, &info, NULL, &none);
	if (!err && h->name < 0 && !strncmp(info.name, name_prefixes[p], strlen(name_prefixes[p]))) {
		h->name = prog;
		h->name_id = id;
	} else if (!err && behind(p) < PROGRAMS && program_is_ours(behind(p), info.name) && h->copy < 0) {
		*(h->filter < 0 ? &h->filter : &h->copy) = prog;
	} else {
		close(prog);
	}
	return err;
}

/* A kernel without the hook has nothing there. */
static int look(int dir, enum name_program p, struct hook *h)
{
	unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;
	int err = bpf_query(dir, name_hooks[p], ids, &n, &flags);

	*h = (struct hook){ -1, -1, -1, 0 };
	if (err == -EINVAL)
		return 0;
	for (unsigned int i = 0; !err && i < n; i++)
		err = take(h, p, ids[i]);
	if (err)
		hook_close(h);
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
		h->copy = load_copy(dir, behind(p));
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

int names_put(int dir, enum name_program p, int prog)
{
	const struct hook from = { prog, -1, -1, 0 };
	struct hook to;
	int err = look(dir, p, &to);

	if (err)
		return err;
	err = attach_one(dir, p, &from, &to);
	hook_close(&to);
	return err;
}

int names_attach(int home, int dir)
{
	const bool wanted = names_are_wanted(dir);
	int err = 0;

	for (int p = 0; !err && p < NAME_PROGRAMS; p++) {
		struct hook from = { -1, -1, -1, 0 }, to;

		err = wanted && home >= 0 ? look(home, p, &from) : 0;
		if (err)
			break;
		err = look(dir, p, &to);
		if (!err) {
			err = attach_one(dir, p, &from, &to);
			hook_close(&to);
		}
		hook_close(&from);
	}
	return err;
}

bool names_is_ours(enum name_program p, unsigned int id)
{
	struct hook h = { -1, -1, -1, 0 };
	bool ours = !take(&h, p, id) && h.name >= 0;

	hook_close(&h);
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
	if (wanted == names_are_wanted(dir))
		return 0;
	return (wanted ? fremovexattr(dir, NOT_WANTED) : fsetxattr(dir, NOT_WANTED, "no", 2, 0)) ? -errno : 0;
}
