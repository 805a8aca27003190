/* SPDX-License-Identifier: ISC */
/* executor/apply/waiting.c - what a VRF's routes may wait for; see waiting.h. */
#include <errno.h>
#include <string.h>

#include "executor/apply/run.h"
#include "executor/apply/waiting.h"
#include "executor/kernel/link.h"
#include "executor/stanza/interfaces.h"

/* Its stanza says that it is the VRF's.  The one that is being brought up does not wait for itself. */
static bool will_be_member(const struct run *run, const struct selection *scope, const char *dev,
			   const struct links *links)
{
	const struct link *link = links_by_name(links, dev);
	const struct link *vrf = scope->vrf ? links_by_name(links, scope->vrf) : NULL;

	if (!vrf || !strcmp(dev, run->iface) || (link && link->master == vrf->ifindex && link->flags & IFF_UP))
		return false;
	return interfaces_say(dev, "vrf-member", scope->vrf);
}

bool has_member_up(const struct selection *scope, const struct links *links)
{
	const struct link *vrf = scope->vrf ? links_by_name(links, scope->vrf) : NULL;

	if (links->any)
		return true;
	for (size_t i = 0; vrf && i < links->count; i++)
		if (links->link[i].master == vrf->ifindex && links->link[i].flags & IFF_UP)
			return true;
	return false;
}

/* Another VRF, into which this one leaks, that is not there yet: its stanza says that it will be. */
static bool will_be_vrf(const char *dev, const struct links *links)
{
	return !links_by_name(links, dev) && interfaces_say(dev, "vrf-table", NULL);
}

bool waits_for_device(const struct run *run, const struct selection *scope, const struct route *route,
		      const struct links *links)
{
	if (!scope->may_wait || links->any)
		return false;
	for (unsigned int i = 0; i < route->hops; i++)
		if (route->hop[i].dev[0] &&
		    (will_be_member(run, scope, route->hop[i].dev, links) || will_be_vrf(route->hop[i].dev, links)))
			return true;
	/* A gateway without a device in the VRF's own stanza, when no member is up that could lead to it. */
	return !scope->dev && route->hops && !route->hop[0].dev[0] && scope->vrf && !has_member_up(scope, links);
}

bool waits_after(int error)
{
	return error == ENETUNREACH || error == EHOSTUNREACH || error == ENETDOWN;
}

bool waits_for_member(const struct run *run, const struct selection *scope, const struct links *links)
{
	struct failure ignored = { 0 };
	struct values names = { 0 };
	bool found = false;

	if (!scope->may_wait || interfaces_list(&names, &ignored))
		return false;
	interfaces_read_all();
	for (size_t i = 0; !found && i < names.count; i++)
		found = will_be_member(run, scope, names.text[i], links);
	values_free(&names);
	return found;
}
