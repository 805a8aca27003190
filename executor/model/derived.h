/* SPDX-License-Identifier: ISC */
/*
 * executor/model/derived.h - routes and rules of a table that follow from what the main table and the
 * addresses of an interface are at the moment: table-connected, table-follow.  Pure.
 */
#ifndef EXECUTOR_MODEL_DERIVED_H
#define EXECUTOR_MODEL_DERIVED_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "executor/model/route.h"
#include "executor/model/rule.h"

struct derived {
	uint8_t connected;     /* RTN_*: the type of routes to what main reaches without a gateway, 0: none */
	char follow[IFNAMSIZ]; /* whose routes in main are in this table, too; "": nobody's */
	uint32_t pref;         /* of rules that lead there from its addresses, 0: none */
};

bool derives(const struct derived *d);

/*
 * Add to the routes of main the network of such an address, if networks matter.  It may have no route of that kind:
 * a router may say that a prefix is its own to pass on, and a client then leads to it by the router.  0 or -ENOMEM
 */
int derived_network(const struct derived *d, const struct prefix *address, const char *dev, struct routes *main);

/*
 * Add the routes for `table`; one that stands in `want` by then is left as it is, and none is followed into a
 * network that `want` or `refused` has leading nowhere.  0 or -ENOMEM
 */
int derived_routes(const struct derived *d, const struct routes *main, const struct routes *refused, uint32_t table,
		   struct routes *want);

/* Add the rule for an address of that interface, if it needs one.  0 or -ENOMEM */
int derived_rule(const struct derived *d, const struct prefix *address, uint32_t table, struct rules *want);

#endif
