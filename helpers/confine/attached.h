/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/attached.h - the programs and maps of a control group: find them (attached.c),
 * attach them (attach.c), bring the maps in line with a policy (maps.c).  All control groups of
 * a VRF have the same ones, its set, which its home keeps (home.h).
 */
#ifndef HELPERS_CONFINE_ATTACHED_H
#define HELPERS_CONFINE_ATTACHED_H

#include <stdbool.h>

#include "helpers/confine/policy.h"
#include "helpers/confine/programs.h"

/* What a control group carries.  Descriptors are -1 where there is nothing. */
struct attached {
	int program[PROGRAMS]; /* of ours, whatever version */
	__u32 id[PROGRAMS];    /* theirs */
	int map[MAPS];         /* likewise ours */
	bool current;          /* programs and maps found are of this version and belong together */
	bool filtered;         /* both filters are there */
	bool foreign;          /* a socket program without BPF_F_ALLOW_MULTI: that of `ip vrf exec` */
};

/* The control group is open. 0 or -errno */
int attached_find(int dir, struct attached *c);
/* The set whose binding has this id.  -ENOENT: gone meanwhile, -EPROTO: of a version whose binding names none */
int attached_open(unsigned int binding, struct attached *c);
void attached_close(struct attached *c);
/* Nothing yet */
void attached_begin(struct attached *c);

/* Has it neither of the two programs that attach_adopt() may begin with?  So it is with one that is new.  It is locked. */
bool attached_is_bare(int dir);

/*
 * Has the control group the VRF's programs, all of them and of this version, and was their set
 * filled to the end for the VRF with this ifindex and table?  What the set holds is not compared:
 * who changes a member, a rule or a route changes the set.  Then s gets the mark; false means nothing.
 */
bool attached_is_complete(int dir, const char *vrf, struct policy *s);

/*
 * Has the VRF's home such a set, and is no other about to take its place?  Then its programs, all that came with
 * it, are opened, without the maps.
 */
bool attached_take(int home, const char *vrf, struct policy *s, struct attached *set);

int attached_binding(const struct attached *c, struct binding *b);
/* Of a map that is called so, of any version: what that did not have yet is 0.  -EPROTO: it cannot be one */
int attached_binding_of(int map, const struct bpf_map_info *info, struct binding *b);

/* Is a set with this binding complete for that VRF, in this network namespace? */
bool binding_holds(const struct binding *b, const char *vrf, const struct policy *s);

/* Is it of this network namespace?  A number of one that is gone can be given to another. */
bool binding_is_ours(const struct binding *b);

/* The key of `vrf_prefixes`, and back. */
struct prefix_key key_of_prefix(const struct prefix *p);
struct prefix prefix_of_key(const struct prefix_key *key);

/* Can the programs and maps hold it? */
bool maps_suit(const struct attached *c, const struct policy *s);

/*
 * Bring the maps in line, which suit, whatever they say of themselves.  The set never holds more than before or
 * after: what goes is taken out before what comes is put in.  s NULL: nothing passes.
 */
int maps_fill(const struct attached *c, const char *vrf, const struct policy *s);

/* What the map of prefixes has, in order.  Large: keep it static. */
struct contents {
	struct allowed entry[PREFIXES_MAX + 1];
	unsigned int count;
};

/* The same where that is known. */
int maps_fill_known(const struct attached *c, const char *vrf, const struct policy *s, const struct contents *have);

/* The same, but for maps that say that they are. */
int maps_update(const struct attached *c, const char *vrf, const struct policy *s);

/* Is there nothing to fill?  Says nothing of changes by other hands than ours. */
bool maps_are_filled(const struct attached *c, const char *vrf, const struct policy *s);

/*
 * The set of a VRF in its home, which is locked: the one that is there if it suits, else a new one
 * in its place; filled.  0 or -errno; then set is open.
 */
int attach_set(int home, const char *vrf, const struct policy *s, struct attached *set);

/* In the place of what the control group has of ours, hook by hook; without filter the socket program alone. */
int attach_adopt(int dir, const struct attached *old, const struct attached *set, bool filter);

/*
 * The VRF's set for a control group; that and the home are locked.  -EBUSY: processes are confined
 * there, or belong to another network namespace.
 */
int attach_programs(int dir, const struct attached *set, bool filter);

#endif
