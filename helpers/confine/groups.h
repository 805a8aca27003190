/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/groups.h - what the services of VRFs may use, in line with the kernel: around what
 * the executors change.
 */
#ifndef HELPERS_CONFINE_GROUPS_H
#define HELPERS_CONFINE_GROUPS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helpers/base/prefix.h"

/*
 * Bring the sets of a VRF of this network namespace in line with what the kernel has now: binding,
 * interfaces, prefixes.  `without` is the ifindex of an interface to leave out although it is still
 * there (taken out before it is released; what has it not stays as it is), or 0.  A set that says that it holds just that is left
 * alone.  A VRF without a set, which no service has used, is a success.  Returns 0 or -errno.
 */
int groups_sync(const char *vrf, unsigned int without);

/* The same, whatever a set says of itself: somebody may have changed it by hand. */
int groups_fill(const char *vrf);

/* groups_sync() for every VRF that has a set; of an error `failed` is the VRF. */
int groups_sync_all(char failed[IFNAMSIZ]);

/*
 * Before interfaces change their master or go: take them out of the sets of every VRF that
 * has one of them, as its member or by a route.  Those sets are brought in line otherwise.
 */
int groups_leave(const uint32_t *ifindex, size_t n, char failed[IFNAMSIZ]);

/*
 * Before routes of the VRF's table change: nothing passes to these destinations, nor to
 * devices that are there for them alone.  *limited: there is a set that has destinations.
 */
int groups_leave_routes(const char *vrf, const struct prefix *to, size_t n, bool *limited);

/* Empty its sets: from here on nothing passes.  Returns 0 or -errno. */
int groups_empty(const char *vrf);

/* The VRF is gone: what nobody uses of its set goes as well. */
void groups_forget(const char *vrf);

/* Call fn with every control group `vrf/NAME` of any network namespace, until it returns something else than 0. */
int groups_each(const char *vrf, int (*fn)(int dir, const char *vrf, void *arg), void *arg);

/* Number of processes in the cgroups `.../vrf/NAME` of this network namespace, or -errno. */
int groups_processes(const char *vrf);

#endif
