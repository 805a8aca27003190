/* SPDX-License-Identifier: ISC */
/* executor/apply/services.c - what the services of VRFs may use, around a change; see services.h. */
#include <stdlib.h>
#include <string.h>

#include "executor/apply/lock.h"
#include "executor/apply/names.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/kernel/link.h"
#include "executor/model/prefix.h"
#include "helpers/confine/groups.h"

static int result(struct run *run, const char *verb, const char *vrf, int err)
{
	if (!err)
		return 0;
	return run_fail(run, "cannot %s what the services of %s may use: %s", verb, *vrf ? vrf : "VRFs",
			strerror(-err));
}

/*
 * The lock here as well, for a caller that needs it for no more than this: no older view overwrites a
 * newer one.  False: there is nothing to do, or *err.
 */
static bool begin(struct run *run, int *lock, int *err)
{
	*err = 0;
	if (netlink_mocked(&run->nl, NULL))
		return false;
	*err = lock_take(run, lock);
	return !*err;
}

int services_leave(struct run *run, const uint32_t *ifindex, size_t n)
{
	char failed[IFNAMSIZ] = "";
	int lock, err;

	if (!n)
		return 0;
	if (!begin(run, &lock, &err))
		return err;
	err = groups_leave(ifindex, n, failed);
	lock_release(lock);
	return result(run, "lessen", failed, err);
}

int services_leave_of(struct run *run, const char *vrf, uint32_t ifindex)
{
	int lock, err;

	if (!begin(run, &lock, &err))
		return err;
	err = groups_sync(vrf, ifindex);
	lock_release(lock);
	return result(run, "lessen", vrf, err);
}

/* The VRF of a table; its name is empty if there is none. */
static int find_vrf(struct run *run, uint32_t table, struct link *vrf)
{
	const struct link *found;
	struct links links;

	memset(vrf, 0, sizeof(*vrf));
	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	found = links_by_table(&links, table);
	if (found)
		*vrf = *found;
	links_free(&links);
	return 0;
}

/* Most VRFs lead nowhere but to their members, and many routes are taken one by one: asked once. */
static uint32_t unlimited;

static int leave_routes(struct run *run, const char *vrf, const struct prefix *to, size_t n, bool *limited)
{
	int lock, err;

	err = lock_take(run, &lock);
	if (!err)
		err = result(run, "lessen", vrf, groups_leave_routes(vrf, to, n, limited));
	lock_release(lock);
	return err;
}

static int leave(struct run *run, uint32_t table, const struct prefix *to, size_t n, bool *limited)
{
	struct link vrf;
	int err;

	*limited = false;
	if (!table || table == unlimited)
		return 0;
	if (find_vrf(run, table, &vrf))
		return -1;
	err = vrf.name[0] ? leave_routes(run, vrf.name, to, n, limited) : 0;
	if (!err && !*limited)
		unlimited = table;
	return err;
}

int services_leave_routes(struct run *run, uint32_t table, const struct prefix *to, size_t n)
{
	bool limited;

	return n ? leave(run, table, to, n, &limited) : 0;
}

int services_have_routes(struct run *run, uint32_t table, bool *have)
{
	return leave(run, table, NULL, 0, have);
}

bool services_alive(struct run *run, const char *vrf)
{
	return !netlink_mocked(&run->nl, NULL) && groups_processes(vrf);
}

int services_empty(struct run *run, const char *vrf)
{
	int lock, err;

	if (!begin(run, &lock, &err))
		return err;
	err = groups_empty(vrf);
	lock_release(lock);
	return result(run, "empty", vrf, err);
}

void services_forget(struct run *run, const char *vrf)
{
	if (!netlink_mocked(&run->nl, NULL))
		groups_forget(vrf);
}

int services_sync(struct run *run)
{
	char failed[IFNAMSIZ] = "";
	int lock, err;

	if (!begin(run, &lock, &err))
		return err;
	err = result(run, "update", failed, groups_sync_all(failed));
	if (!err)
		err = names_again(run);
	lock_release(lock);
	return err;
}
