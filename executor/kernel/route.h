/* SPDX-License-Identifier: ISC */
/* executor/kernel/route.h - the kernel's routes: read, and one function a verb. */
#ifndef EXECUTOR_KERNEL_ROUTE_H
#define EXECUTOR_KERNEL_ROUTE_H

#include "executor/kernel/link.h"
#include "executor/kernel/netlink.h"
#include "executor/model/route.h"

/* Every route of the table, both families, with device names from `links`. Returns 0 or -errno. */
int routes_get(struct netlink *nl, uint32_t table, const struct links *links, struct routes *routes);

/*
 * The same without keeping them: `each` sees every route of a family and of a type (RTN_*, 0: any), which the
 * kernel picks itself where it can, and may see one twice when the kernel had to begin anew.
 */
int routes_visit(struct netlink *nl, int family, uint32_t table, uint8_t type, const struct links *links,
		 void (*each)(const struct route *, void *), void *context);

/* Routes of ours (VRF_PROTOCOL) in any table that leave through an interface. */
int routes_visit_through(struct netlink *nl, int family, uint32_t ifindex, const struct links *links,
			 void (*each)(const struct route *, void *), void *context);

/* Fill in ifindex from dev. Returns 0, or -errno with the name at which it failed in *missing. */
int route_resolve(struct route *route, const struct links *links, const char **missing);

int route_add(struct netlink *nl, const struct route *route); /* exclusive */
int route_replace(struct netlink *nl, const struct route *route);
int route_del(struct netlink *nl, const struct route *route);

/* For executor/kernel/batch.h. */
struct nl_msg *route_add_message(const struct route *route);
struct nl_msg *route_del_message(const struct route *route);

/* Ask the kernel: the type of the route to `address`, from the default VRF or out of `oif`. Or -errno. */
int route_lookup(struct netlink *nl, const struct prefix *address, uint32_t oif);

/* Ask the kernel: is `address` local for output in the default VRF? Returns 1, 0 or -errno. */
int route_is_local(struct netlink *nl, const struct prefix *address);

#endif
