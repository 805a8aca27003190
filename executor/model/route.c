/* SPDX-License-Identifier: ISC */
/* executor/model/route.c - routes as values; see route.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/prefix.h"
#include "executor/model/route.h"

uint32_t route_metric(const struct route *route)
{
	return route->metric || route->dst.family == AF_INET ? route->metric : 1024;
}

/* What ip(8) sends: `link` for a device route, `universe` for what has a gateway, nexthops or a type. */
static uint8_t usual_scope(const struct route *route)
{
	if (route->type != RTN_UNICAST || route->dst.family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	return route->hops == 1 && !route->hop[0].via.family ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

uint8_t route_scope(const struct route *route)
{
	return route->has_scope ? route->scope : usual_scope(route);
}

bool route_same_place(const struct route *a, const struct route *b)
{
	return a->table == b->table && prefix_equal(&a->dst, &b->dst) && route_metric(a) == route_metric(b);
}

static unsigned int weight_of(const struct route *route, const struct hop *hop)
{
	/* Alone, a hop has no weight. */
	return route->hops > 1 && hop->weight ? hop->weight : 1;
}

static bool hop_in(const struct route *a, const struct hop *hop, const struct route *b)
{
	for (unsigned int i = 0; i < b->hops; i++) {
		const struct hop *other = &b->hop[i];

		/* A gateway without a device: the kernel finds the device. */
		if (prefix_equal(&hop->via, &other->via) && hop->onlink == other->onlink &&
		    (hop->ifindex == other->ifindex || !hop->ifindex || !other->ifindex) &&
		    weight_of(a, hop) == weight_of(b, other))
			return true;
	}
	return false;
}

static bool hops_equal(const struct route *a, const struct route *b)
{
	if (a->hops != b->hops)
		return false;
	for (unsigned int i = 0; i < a->hops; i++)
		if (!hop_in(a, &a->hop[i], b) || !hop_in(b, &b->hop[i], a))
			return false;
	return true;
}

bool route_equal(const struct route *a, const struct route *b)
{
	/* The kernel reports a source of its own choosing for nothing that was not asked. */
	if (a->foreign || b->foreign || !route_same_place(a, b) || a->type != b->type || a->mtu != b->mtu)
		return false;
	/* IPv6 has no scope, and typed routes of it sit on lo. */
	if (a->dst.family == AF_INET && route_scope(a) != route_scope(b))
		return false;
	if (!prefix_equal(&a->src, &b->src))
		return false;
	return a->type != RTN_UNICAST || hops_equal(a, b);
}

bool route_names(const struct route *route, const char *dev)
{
	for (unsigned int i = 0; i < route->hops; i++)
		if (!strcmp(route->hop[i].dev, dev))
			return true;
	return false;
}

bool route_concerns(const struct route *route, const char *dev)
{
	bool named = false;

	for (unsigned int i = 0; i < route->hops; i++)
		named |= route->hop[i].dev[0] != '\0';
	return route_names(route, dev) || (route->hops && !named);
}

#define append(text, ...) append_to(text, ROUTE_TEXT, __VA_ARGS__)

static void append_hop(char *text, const struct route *route, const struct hop *hop)
{
	char address[PREFIX_TEXT];

	if (hop->via.family && hop->via.family != route->dst.family)
		append(text, " via inet6 %s", prefix_text(&hop->via, address));
	else if (hop->via.family)
		append(text, " via %s", prefix_text(&hop->via, address));
	if (hop->dev[0])
		append(text, " dev %s", hop->dev);
	if (route->hops > 1 && hop->weight)
		append(text, " weight %u", hop->weight);
	if (hop->onlink)
		append(text, " onlink");
}

/* IPv6 has none. */
static void append_scope(char *text, const struct route *route)
{
	const char *word = route->scope == RT_SCOPE_LINK ? "link" : route->scope == RT_SCOPE_HOST ? "host" : "global";

	if (route->dst.family == AF_INET && route_scope(route) != usual_scope(route))
		append(text, " scope %s", word);
}

static const char *type_word(uint8_t type)
{
	switch (type) {
	case RTN_UNREACHABLE:
		return "unreachable ";
	case RTN_BLACKHOLE:
		return "blackhole ";
	case RTN_PROHIBIT:
		return "prohibit ";
	case RTN_THROW:
		return "throw ";
	default:
		return "";
	}
}

const char *route_text(const struct route *route, char text[ROUTE_TEXT])
{
	char address[PREFIX_TEXT];

	text[0] = '\0';
	append(text, "%s%s", type_word(route->type),
	       route->dst.len ? prefix_text(&route->dst, address) : "default");
	if (route->hops == 1)
		append_hop(text, route, &route->hop[0]);
	if (route->table)
		append(text, route->table == RT_TABLE_MAIN ? " table main" : " table %u", route->table);
	append_scope(text, route);
	if (route->src.family)
		append(text, " src %s", prefix_text(&route->src, address));
	if (route->metric)
		append(text, " metric %u", route->metric);
	if (route->mtu)
		append(text, " mtu %u", route->mtu);
	for (unsigned int i = 0; route->hops > 1 && i < route->hops; i++) {
		append(text, " nexthop");
		append_hop(text, route, &route->hop[i]);
	}
	return text;
}

int routes_add(struct routes *routes, const struct route *route)
{
	if (routes->count == routes->room) {
		size_t room = routes->room ? 2 * routes->room : 16;
		struct route *grown = realloc(routes->route, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		routes->route = grown;
		routes->room = room;
	}
	routes->route[routes->count++] = *route;
	return 0;
}

void routes_free(struct routes *routes)
{
	free(routes->route);
	memset(routes, 0, sizeof(*routes));
}
