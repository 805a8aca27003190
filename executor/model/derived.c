/* SPDX-License-Identifier: ISC */
/* executor/model/derived.c - routes and rules that follow from others; see derived.h. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "executor/model/derived.h"
#include "executor/model/prefix.h"
#include "helpers/base/vrf.h"

bool derives(const struct derived *d)
{
	return d->connected || d->follow[0];
}

static bool has_gateway(const struct route *route)
{
	for (unsigned int i = 0; i < route->hops; i++)
		if (route->hop[i].via.family || route->hop[i].encap)
			return true;
	return false;
}

/* Not what is of one link alone, or of none. */
static bool leads_out(const struct route *route)
{
	return route->type == RTN_UNICAST && route->hops && !route_names(route, "lo") &&
	       !prefix_is_link_local(&route->dst);
}

static int add(const struct route *route, struct routes *want)
{
	for (size_t i = 0; i < want->count; i++)
		if (want->route[i].table == route->table && route_same_place(&want->route[i], route))
			return 0;
	return routes_add(want, route);
}

/* A network that is on a link; a default route through a tunnel is none. */
static bool is_connected(const struct route *route)
{
	return leads_out(route) && !has_gateway(route) && route->dst.len;
}

int derived_network(const struct derived *d, const struct prefix *address, const char *dev, struct routes *main)
{
	struct route route = { .type = RTN_UNICAST, .table = RT_TABLE_MAIN, .dst = prefix_network(address) };
	struct hop hop = { 0 };

	if (!d->connected)
		return 0;
	memcpy(hop.dev, dev, strnlen(dev, sizeof(hop.dev) - 1));
	return route_set_hops(&route, &hop, 1) ? -1 : routes_add(main, &route);
}

static int add_connected(const struct derived *d, const struct route *from, uint32_t table, struct routes *want)
{
	const struct route route = { .type = d->connected, .protocol = VRF_PROTOCOL, .table = table, .dst = from->dst };

	return add(&route, want);
}

/*
 * Whoever is on the link, without any route of main's that would say so: link-local addresses (RFC 3927,
 * RFC 4291), groups, everybody.  A group is sent to all on the link even where a gateway leads (__mkroute_output()).
 */
static const struct prefix on_every_link[] = {
	{ .family = AF_INET, .len = 16, .addr = { 169, 254 } },
	{ .family = AF_INET, .len = 4, .addr = { 224 } },
	{ .family = AF_INET, .len = 32, .addr = { 255, 255, 255, 255 } },
	{ .family = AF_INET6, .len = 10, .addr = { 0xfe, 0x80 } },
	{ .family = AF_INET6, .len = 8, .addr = { 0xff } },
};

/* Where a family leads nowhere it may be that the kernel has it not. */
static bool has_family(const struct routes *routes, uint8_t family)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->route[i].dst.family == family)
			return true;
	return false;
}

static int add_links(const struct derived *d, const struct routes *main, uint32_t table, struct routes *want)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(on_every_link) / sizeof(*on_every_link); i++) {
		const struct route route = {
			.type = d->connected, .protocol = VRF_PROTOCOL, .table = table, .dst = on_every_link[i]
		};

		if (has_family(main, route.dst.family))
			err = add(&route, want);
	}
	return err;
}

/*
 * The kernel took the gateway for main; in this table its network may be one that nothing leads to.  For
 * IPv6 it asks the main table as well.
 */
static int add_followed(const struct route *from, uint32_t table, struct routes *want)
{
	struct route route = *from;
	struct hop hop = from->hop[0];

	route.protocol = VRF_PROTOCOL;
	route.table = table;
	route.dead = false;
	hop.onlink |= hop.via.family == AF_INET;
	return route_set_hops(&route, &hop, 1) ? -1 : add(&route, want);
}

static bool is_followed(const struct derived *d, const struct route *route)
{
	return d->follow[0] && leads_out(route) && route->hops == 1 && !route->nhid && !route->foreign &&
	       route_names(route, d->follow);
}

/* The last word of a table, which refuses what nothing else leads to, is about no network. */
static bool refuses(const struct route *route, uint32_t table, const struct prefix *dst)
{
	return route->table == table && !route_type_has_hops(route->type) && route->dst.len &&
	       prefix_covers(&route->dst, dst);
}

/* In the table the longer prefix would win, whatever its metric; and it comes from whoever answers DHCP. */
static bool is_refused(const struct route *route, const struct routes *by, uint32_t table)
{
	for (size_t i = 0; i < by->count; i++)
		if (refuses(&by->route[i], table, &route->dst))
			return true;
	return false;
}

int derived_routes(const struct derived *d, const struct routes *main, const struct routes *refused, uint32_t table,
		   struct routes *want)
{
	int err = 0;

	/* All that is refused before what is followed, and networks before the gateways in them, as the kernel wants it. */
	for (size_t i = 0; !err && d->connected && i < main->count; i++)
		if (is_connected(&main->route[i]))
			err = add_connected(d, &main->route[i], table, want);
	if (!err && d->connected)
		err = add_links(d, main, table, want);
	for (int gateways = 0; gateways < 2; gateways++)
		for (size_t i = 0; !err && i < main->count; i++)
			if (is_followed(d, &main->route[i]) && has_gateway(&main->route[i]) == gateways &&
			    !(d->connected && is_connected(&main->route[i])) &&
			    !is_refused(&main->route[i], want, table) && !is_refused(&main->route[i], refused, table))
				err = add_followed(&main->route[i], table, want);
	return err;
}

int derived_rule(const struct derived *d, const struct prefix *address, uint32_t table, struct rules *want)
{
	struct rule rule = { .family = address->family,
			     .action = FR_ACT_TO_TBL,
			     .protocol = VRF_PROTOCOL,
			     .has_pref = true,
			     .pref = d->pref,
			     .table = table,
			     .from = *address };

	if (!d->pref || prefix_is_link_local(address))
		return 0;
	rule.from.len = (uint8_t)family_bits(address->family);
	return rules_add(want, &rule);
}
