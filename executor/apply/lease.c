/* SPDX-License-Identifier: ISC */
/* executor/apply/lease.c - what a DHCP lease says; see lease.h.  The kernel's part is lease-apply.c. */
#include <string.h>
#include <sys/socket.h>

#include "executor/apply/lease.h"
#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"

static bool is_any(const struct prefix *address)
{
	static const uint8_t zero[sizeof(address->addr)];

	return !memcmp(address->addr, zero, sizeof(zero));
}

/* What a server names as a gateway is on the link, whatever the mask says; 0.0.0.0: the network itself is. */
static bool read_route(const char *destination, const char *gateway, struct route *route, struct hop *hop)
{
	route->dst.family = AF_INET;
	if (strcmp(destination, "default") && !parse_prefix(destination, &route->dst))
		return false;
	if (!parse_address(gateway, &hop->via) || hop->via.family != AF_INET || route->dst.family != AF_INET)
		return false;
	if (is_any(&hop->via))
		hop->via.family = 0;
	else
		hop->onlink = true;
	return true;
}

int lease_next(struct lease *lease, struct route *route, struct failure *f)
{
	const char *word = next_word(&lease->rest), *destination = "default", *gateway = word;
	struct hop hop;

	if (!word)
		return 0;
	if (lease->classless) {
		destination = word;
		gateway = next_word(&lease->rest);
	}
	*route = lease->route;
	hop = lease->hop;
	if (!gateway || !read_route(destination, gateway, route, &hop))
		return fail(f, "cannot add route %s via %s of the lease: no such address", destination,
			    gateway ? gateway : "nothing");
	if (route_set_hops(route, &hop, 1))
		return fail(f, "cannot add route %s via %s of the lease: out of memory", destination, gateway);
	/* The first router is the one to use. */
	lease->route.metric += !lease->classless;
	return 1;
}
