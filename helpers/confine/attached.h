/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/attached.h - the programs and maps of one control group: find them (confine.c),
 * attach them (attach.c), bring the maps in line with a scope (fill.c).
 */
#ifndef HELPERS_CONFINE_ATTACHED_H
#define HELPERS_CONFINE_ATTACHED_H

#include <stdbool.h>

#include "helpers/confine/programs.h"
#include "helpers/confine/policy.h"

/* What a control group carries.  Descriptors are -1 where there is nothing. */
struct confine {
	int program[PROGRAMS]; /* of ours, whatever version */
	__u32 id[PROGRAMS];    /* theirs */
	int map[MAPS];	       /* likewise ours */
	bool current;  /* programs and maps found are of this version and belong together */
	bool filtered; /* both filters are there */
	bool foreign;  /* a socket program without BPF_F_ALLOW_MULTI: that of `ip vrf exec` */
};

/* The control group is open and locked. 0 or -errno */
int confine_find(int dir, struct confine *c);
void confine_close(struct confine *c);

/*
 * Is all of it of this version, untouched and filled with exactly this?  The short way to
 * see that there is nothing to do: false means nothing.
 */
bool confine_is_complete(int dir, const char *vrf, const struct scope *s);

int confine_binding(const struct confine *c, struct binding *b);

/* Can the programs and maps hold it? */
bool confine_suits(const struct confine *c, const struct scope *s);

/*
 * Bring the maps in line, which suit.  The set never holds more than before or after: what
 * goes is taken out before what comes is put in.  s NULL: nothing passes.
 */
int confine_fill(const struct confine *c, const char *vrf, const struct scope *s);

/* Is there nothing to fill?  Says nothing of changes by other hands than ours. */
bool confine_is_filled(const struct confine *c, const char *vrf, const struct scope *s);

/*
 * The same for a control group that is in use.  Programs that do not suit, or of another
 * version, left there by an upgrade, are replaced.
 */
int confine_update(int dir, const struct confine *c, const char *vrf, const struct scope *s);

/*
 * Attach what is missing and fill the maps.  Without filter only the socket program.
 * -EBUSY: processes are confined there, or belong to another network namespace.
 */
int confine_attach(int dir, const char *vrf, const struct scope *s, bool filter);

#endif
