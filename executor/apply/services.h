/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/services.h - what the services of VRFs may use (helpers/confine/groups.h), around a
 * change of masters, routes and rules: take out, change, bring in line with the kernel, all
 * of it under the machine's lock.  Killed anywhere a set has no more than before or after.
 * Return 0, or -1 with run->failure; with MOCK nothing is done.
 */
#ifndef EXECUTOR_APPLY_SERVICES_H
#define EXECUTOR_APPLY_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "executor/apply/run.h"
#include "executor/stanza/parse.h"

/* Take interfaces out of the sets of every VRF. */
int services_leave(struct run *run, const uint32_t *ifindex, size_t n);

/* One interface out of the sets of one VRF. */
int services_leave_of(struct run *run, const char *vrf, uint32_t ifindex);

/* Take what routes of a table lead to out of its VRF's sets; a table of no VRF is a success. */
int services_leave_routes(struct run *run, uint32_t table, const struct prefix *to, size_t n);

/* Is there anything that services_leave_routes() could take out?  Most VRFs lead nowhere but to their members. */
int services_have_routes(struct run *run, uint32_t table, bool *have);

/* Has the VRF processes, as far as anybody can tell?  False with MOCK. */
bool services_alive(struct run *run, const char *vrf);

/* Nothing passes. */
int services_empty(struct run *run, const char *vrf);

/* The VRF is gone: what nobody uses of its set goes, too. */
void services_forget(struct run *run, const char *vrf);

/* As the kernel has it now: every VRF. */
int services_sync(struct run *run);

#endif
