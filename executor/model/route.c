/* SPDX-License-Identifier: ISC */
/* executor/model/route.c - routes as values; see route.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/lack.h"
#include "executor/model/prefix.h"
#include "executor/model/route.h"
#include "executor/model/value.h"

#define FIELD(of, member) .offset = offsetof(struct of, member), .size = sizeof(((struct of *)0)->member)
#define METRIC(name) \
	RTAX_##name, .offset = offsetof(struct route, metrics) + RTAX_##name * sizeof(uint32_t), \
		     .size = sizeof(uint32_t)

/* 65520, 65495: the kernel takes more for that (net/ipv4/metrics.c, ip_metrics_convert) */
static const struct attribute rows[] = {
	{ "encap", KIND_ENCAP, RTA_ENCAP, FIELD(hop, encap), .hop = true },
	{ "via", KIND_VIA, RTA_GATEWAY, FIELD(hop, via), .hop = true, .apart = true },
	{ "dev oif", KIND_DEVICE, RTA_OIF, FIELD(hop, dev), .hop = true, .apart = true },
	{ "weight", KIND_NUMBER, 0, FIELD(hop, weight), 1, 256, .hop = true, .apart = true },
	{ "onlink", KIND_FLAG, 0, FIELD(hop, onlink), .hop = true },
	{ "realms realm", KIND_REALMS, RTA_FLOW, FIELD(hop, realms), .hop = true, .family = AF_INET },
	{ "nhid", KIND_NUMBER, RTA_NH_ID, FIELD(route, nhid), 1, UINT32_MAX },
	{ "table", KIND_TABLE, RTA_TABLE, FIELD(route, table), .apart = true },
	{ "vrf", KIND_VRF, RTA_TABLE, FIELD(route, table), .apart = true },
	{ "scope", KIND_SCOPE, 0, FIELD(route, scope), .apart = true },
	{ "src", KIND_ADDRESS, RTA_PREFSRC, FIELD(route, src) },
	{ "metric priority preference", KIND_NUMBER, RTA_PRIORITY, FIELD(route, metric), 0, UINT32_MAX, .apart = true },
	{ "tos dsfield", KIND_DSFIELD, 0, FIELD(route, tos), .family = AF_INET },
	{ "proto protocol", KIND_PROTOCOL, 0, FIELD(route, protocol), .apart = true },
	{ "mtu", KIND_METRIC, METRIC(MTU), 68, 65520 },
	{ "advmss", KIND_METRIC, METRIC(ADVMSS), 1, 65495 },
	{ "initcwnd", KIND_METRIC, METRIC(INITCWND), 1, UINT32_MAX },
	{ "initrwnd", KIND_METRIC, METRIC(INITRWND), 1, UINT32_MAX },
	{ "congctl", KIND_ALGORITHM, RTAX_CC_ALGO, FIELD(route, algorithm) },
	{ "quickack", KIND_METRIC, METRIC(QUICKACK), 0, 1 },
	{ "hoplimit", KIND_METRIC, METRIC(HOPLIMIT), 1, 255 },
	{ "window", KIND_METRIC, METRIC(WINDOW), 1, UINT32_MAX },
	{ "cwnd", KIND_METRIC, METRIC(CWND), 1, UINT32_MAX },
	{ "ssthresh", KIND_METRIC, METRIC(SSTHRESH), 1, UINT32_MAX },
	{ "reordering", KIND_METRIC, METRIC(REORDERING), 1, UINT32_MAX },
	{ "rto_min", KIND_TIME, METRIC(RTO_MIN), 1, UINT32_MAX },
	{ "features", KIND_FEATURES, METRIC(FEATURES), RTAX_FEATURE_ECN, RTAX_FEATURE_ECN },
	{ "fastopen_no_cookie", KIND_METRIC, METRIC(FASTOPEN_NO_COOKIE), 0, 1 },
	{ "", KIND_METRIC, METRIC(RTT) },
	{ "", KIND_METRIC, METRIC(RTTVAR) },
	{ "", KIND_METRIC, METRIC(LOCK) }, /* bits of those above */
	{ "pref", KIND_PREFERENCE, RTA_PREF, FIELD(route, pref), .family = AF_INET6 },
	{ "nexthop", KIND_NEXTHOP, RTA_MULTIPATH, .apart = true },
};

const struct attributes route_attributes = { rows, sizeof(rows) / sizeof(rows[0]) };

static const struct {
	const char *word;
	uint8_t type;
	bool hops;
} types[] = { { "unicast", RTN_UNICAST, true },      { "local", RTN_LOCAL, true },
	      { "broadcast", RTN_BROADCAST, true },  { "anycast", RTN_ANYCAST, true },
	      { "multicast", RTN_MULTICAST, true },  { "unreachable", RTN_UNREACHABLE, false },
	      { "blackhole", RTN_BLACKHOLE, false }, { "prohibit", RTN_PROHIBIT, false },
	      { "throw", RTN_THROW, false } };

uint8_t route_type(const char *word)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(word, types[i].word))
			return types[i].type;
	return RTN_UNSPEC;
}

const char *route_type_word(uint8_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (type == types[i].type)
			return types[i].word;
	return "?";
}

bool route_type_has_hops(uint8_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (type == types[i].type)
			return types[i].hops;
	return false;
}

uint32_t route_metric(const struct route *route)
{
	return route->metric || route->dst.family == AF_INET ? route->metric : 1024;
}

/*
 * What ip(8) sends: `host` for what is the host's, `link` for a device route, `universe` for what has a gateway,
 * nexthops or leads nowhere.
 */
static uint8_t usual_scope(const struct route *route)
{
	if (route->dst.family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	switch (route->type) {
	case RTN_LOCAL:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return route->hops == 1 && !route->nhid && !route->hop[0].via.family ? RT_SCOPE_LINK
										     : RT_SCOPE_UNIVERSE;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

uint8_t route_scope(const struct route *route)
{
	return route->has_scope ? route->scope : usual_scope(route);
}

bool route_same_place(const struct route *a, const struct route *b)
{
	return a->table == b->table && prefix_equal(&a->dst, &b->dst) && a->tos == b->tos &&
	       route_metric(a) == route_metric(b);
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
		if (prefix_equal(&hop->via, &other->via) && attributes_equal(&route_attributes, true, hop, other) &&
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
	if (a->foreign || b->foreign || !route_same_place(a, b) || a->type != b->type ||
	    !attributes_equal(&route_attributes, false, a, b))
		return false;
	/* IPv6 has no scope, and typed routes of it sit on lo. */
	if (a->dst.family == AF_INET && route_scope(a) != route_scope(b))
		return false;
	/* The kernel tells the hops of a nexthop object as well. */
	return a->nhid || !route_type_has_hops(a->type) || hops_equal(a, b);
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
	if (!route_type_has_hops(route->type))
		return !strcmp(dev, "lo");
	for (unsigned int i = 0; i < route->hops; i++)
		if (!route->hop[i].dev[0] || !strcmp(route->hop[i].dev, dev))
			return true;
	return false;
}

#define append(text, ...) append_to(text, ROUTE_TEXT, __VA_ARGS__)

static void append_hop(char *text, const struct route *route, const struct hop *hop)
{
	char address[PREFIX_TEXT];

	for (size_t i = 0; i < route_attributes.count && rows[i].hop; i++) {
		if (!rows[i].apart)
			attribute_append(&rows[i], hop, text, ROUTE_TEXT);
		else if (rows[i].kind == KIND_VIA && hop->via.family)
			append(text, hop->via.family == route->dst.family ? " via %s" : " via inet6 %s",
			       prefix_text(&hop->via, address));
		else if (rows[i].kind == KIND_DEVICE || route->hops > 1)
			attribute_append(&rows[i], hop, text, ROUTE_TEXT);
	}
}

/* IPv6 has none. */
static void append_scope(char *text, const struct route *route)
{
	const char *word = route->scope == RT_SCOPE_LINK ? "link" : route->scope == RT_SCOPE_HOST ? "host" : "global";

	if (route->scope == RT_SCOPE_NOWHERE)
		word = "nowhere";
	if (route->dst.family == AF_INET && route_scope(route) != usual_scope(route))
		append(text, " scope %s", word);
}

static void append_apart(char *text, const struct route *route, const struct attribute *row, const char *words)
{
	if (row->kind == KIND_TABLE && words)
		append(text, "%s%s", *words ? " " : "", words);
	else if (row->kind == KIND_TABLE && route->table)
		append(text, route->table == RT_TABLE_MAIN ? " table main" : " table %u", route->table);
	else if (row->kind == KIND_SCOPE)
		append_scope(text, route);
	else if (row->kind == KIND_NUMBER)
		attribute_append(row, route, text, ROUTE_TEXT);
}

const char *route_text_with(const struct route *route, const char *words, char text[ROUTE_TEXT])
{
	char address[PREFIX_TEXT];

	text[0] = '\0';
	append(text, "%s%s%s", route->type == RTN_UNICAST ? "" : route_type_word(route->type),
	       route->type == RTN_UNICAST ? "" : " ", route->dst.len ? prefix_text(&route->dst, address) : "default");
	if (route->hops == 1 && !route->nhid)
		append_hop(text, route, &route->hop[0]);
	for (size_t i = 0; i < route_attributes.count; i++)
		if (rows[i].apart && !rows[i].hop)
			append_apart(text, route, &rows[i], words);
		else if (!rows[i].hop)
			attribute_append(&rows[i], route, text, ROUTE_TEXT);
	for (unsigned int i = 0; !route->nhid && route->hops > 1 && i < route->hops; i++) {
		append(text, " nexthop");
		append_hop(text, route, &route->hop[i]);
	}
	return text;
}

const char *route_text(const struct route *route, char text[ROUTE_TEXT])
{
	return route_text_with(route, NULL, text);
}

int route_set_hops(struct route *route, const struct hop *hop, unsigned int hops)
{
	static struct values_kept kept;

	route->hop = hops ? value_of(&kept, hop, hops * sizeof(*hop)) : NULL;
	route->hops = route->hop ? (uint8_t)hops : 0;
	return route->hops == hops ? 0 : -ENOMEM;
}

int routes_add(struct routes *routes, const struct route *route)
{
	if (routes->count == routes->room) {
		size_t room = routes->room ? 2 * routes->room : 16;
		struct route *grown = lack_noted(realloc(routes->route, room * sizeof(*grown)));

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
