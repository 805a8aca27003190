/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/table-apply.h - from the routes and rules that a stanza wants to those
 * that the kernel has: keep, add, replace, delete, and nothing else.
 */
#ifndef EXECUTOR_APPLY_TABLE_APPLY_H
#define EXECUTOR_APPLY_TABLE_APPLY_H

#include "executor/apply/run.h"
#include "executor/model/route-plan.h"
#include "executor/stanza/stanza.h"

struct selection {
	const char *vrf; /* the VRF whose table it is, or NULL */
	const char *dev; /* only routes that name it, or have a hop without a device; NULL: all */
	bool may_wait;   /* a VRF of members: a route through a member or a VRF to come is no failure */
	bool delete_stale;
	bool whole; /* of the VRF's stanza, which answers for its table, whosever ifup this is */
};

/*
 * All of these under the machine's lock.  What a route that goes or changes leads to is out of
 * the sets of its VRF before (executor/apply/services.h); it is the caller who brings them in line after.
 */

/*
 * Add to `want` what table-connected and table-follow make of the kernel's state, and apply the
 * routes and (without scope->dev) the rules.  Each that cannot be is
 * reported, the others are applied.  Returns 0, or -1 with run->failure if the
 * kernel could not even be asked.
 */
int table_apply(struct run *run, struct table_options *want, const struct selection *scope);

/* Delete those that are wanted and ours. */
int table_remove(struct run *run, struct table_options *want);

/* Apply what the stanza of VRF `vrf` says about routes through `dev`, read by ifquery. */
int table_apply_of(struct run *run, const char *stanza, const char *vrf, uint32_t table, const char *dev);

#endif
