/* SPDX-License-Identifier: ISC */
/*
 * executor/model/route-plan.h - from the routes that are there and one that is wanted
 * to what has to happen.  Pure, as executor/model/rule-plan.h is for rules.
 */
#ifndef EXECUTOR_MODEL_ROUTE_PLAN_H
#define EXECUTOR_MODEL_ROUTE_PLAN_H

#include "executor/model/route.h"

enum change { CHANGE_KEEP, CHANGE_ADD, CHANGE_REPLACE, CHANGE_CONFLICT };

/*
 * What has to happen for `want`, among the routes of its table.  On
 * CONFLICT *other is the route of somebody else's in its place.
 */
enum change route_plan(const struct route *want, const struct routes *have, const struct route **other);

/* Is it ours and does nobody in `want` claim its place? Never the unreachable default. */
bool route_is_stale(const struct route *have, const struct routes *want);

#endif
