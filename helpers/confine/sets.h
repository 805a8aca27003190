/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/sets.h - the sets of this network namespace, wherever they are attached: the
 * kernel lists all maps, which takes no walk through the control groups.
 */
#ifndef HELPERS_CONFINE_SETS_H
#define HELPERS_CONFINE_SETS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

struct set {
	unsigned int binding; /* the id of its map */
	char vrf[IFNAMSIZ];
};

struct sets {
	struct set *set;
	size_t count;
	bool older; /* there are some of versions that do not say for which VRF, left out here */
};

/* A VRF can have several: after an upgrade, or if its home was made anew.  0 or -errno; free with sets_free() */
int sets_find(struct sets *all);
void sets_free(struct sets *all);

#endif
