/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/attached.h - the programs and maps of one control group: find them (attached.c),
 * attach them (attach.c), bring the maps in line with a policy (maps.c).
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
	int map[MAPS];	       /* likewise ours */
	bool current;  /* programs and maps found are of this version and belong together */
	bool filtered; /* both filters are there */
	bool foreign;  /* a socket program without BPF_F_ALLOW_MULTI: that of `ip vrf exec` */
};

/* The control group is open and locked. 0 or -errno */
int attached_find(int dir, struct attached *c);
void attached_close(struct attached *c);

/*
 * Is all of it of this version, untouched and filled with exactly this?  The short way to
 * see that there is nothing to do: false means nothing.
 */
bool attached_is_complete(int dir, const char *vrf, const struct policy *s);

int attached_binding(const struct attached *c, struct binding *b);

/* Can the programs and maps hold it? */
bool maps_suit(const struct attached *c, const struct policy *s);

/*
 * Bring the maps in line, which suit.  The set never holds more than before or after: what
 * goes is taken out before what comes is put in.  s NULL: nothing passes.
 */
int maps_fill(const struct attached *c, const char *vrf, const struct policy *s);

/* Is there nothing to fill?  Says nothing of changes by other hands than ours. */
bool maps_are_filled(const struct attached *c, const char *vrf, const struct policy *s);

/*
 * The same for a control group that is in use.  Programs that do not suit, or of another
 * version, left there by an upgrade, are replaced.
 */
int attach_update(int dir, const struct attached *c, const char *vrf, const struct policy *s);

/*
 * Attach what is missing and fill the maps.  Without filter only the socket program.
 * -EBUSY: processes are confined there, or belong to another network namespace.
 */
int attach_programs(int dir, const char *vrf, const struct policy *s, bool filter);

#endif
