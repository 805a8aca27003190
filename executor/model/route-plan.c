/* SPDX-License-Identifier: ISC */
/* executor/model/route-plan.c - what has to happen to a route; see route-plan.h. */
#include <linux/rtnetlink.h>

#include "executor/model/route-plan.h"
#include "helpers/base/vrf.h"

enum change route_plan(const struct route *want, const struct routes *have, const struct route **other)
{
	*other = NULL;
	for (size_t i = 0; i < have->count; i++) {
		const struct route *route = &have->route[i];

		if (!route_same_place(want, route))
			continue;
		if (route_equal(want, route))
			return CHANGE_KEEP;
		/* REPLACE would take the first of them: one of somebody else's decides. */
		if (!*other || route->protocol != VRF_PROTOCOL)
			*other = route;
	}
	if (!*other)
		return CHANGE_ADD;
	return (*other)->protocol == VRF_PROTOCOL ? CHANGE_REPLACE : CHANGE_CONFLICT;
}

static bool is_unreachable_default(const struct route *route)
{
	return route->type == RTN_UNREACHABLE && !route->dst.len && route->metric == VRF_UNREACHABLE_METRIC;
}

bool route_is_stale(const struct route *have, const struct routes *want)
{
	if (have->protocol != VRF_PROTOCOL || is_unreachable_default(have))
		return false;
	for (size_t i = 0; i < want->count; i++)
		if (route_same_place(have, &want->route[i]))
			return false;
	return true;
}
