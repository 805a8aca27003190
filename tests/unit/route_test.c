/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/route_test.c - routes as values: which are the same, and what has
 * to happen for one among those that are there.
 */
#include <linux/rtnetlink.h>

#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/route-index.h"
#include "executor/model/route-plan.h"
#include "executor/stanza/statement.h"
#include "helpers/base/vrf.h"
#include "tests/unit/tap.h"

static struct link link_of[] = { { .ifindex = 2, .name = "eth0" }, { .ifindex = 3, .name = "eth1" } };
static const struct links links = { .link = link_of, .count = 2 };

/* As the stanza has it. */
static struct route wanted(const char *statement)
{
	struct route route[2];
	struct failure failure;
	const char *missing;
	char text[256];

	memset(route, 0, sizeof(route));
	snprintf(text, sizeof(text), "%s", statement);
	if (statement_route(text, 7, route, &failure) < 1)
		printf("# %s: %s\n", statement, failure.text);
	route_resolve(&route[0], &links, &missing);
	return route[0];
}

/* The same as the kernel tells it. */
static struct route there(const char *statement)
{
	struct route route = wanted(statement);
	struct hop hops[HOPS_MAX] = { 0 };

	route.scope = route_scope(&route);
	route.has_scope = true;
	if (route.dst.family == AF_INET6 && !route.metric)
		route.metric = 1024;
	/* a gateway's device is found */
	for (unsigned int i = 0; i < route.hops; i++) {
		hops[i] = route.hop[i];
		if (!hops[i].ifindex)
			hops[i].ifindex = 2;
		strcpy(hops[i].dev, hops[i].ifindex == 2 ? "eth0" : "eth1");
		if (!hops[i].weight)
			hops[i].weight = 1;
	}
	/* and typed routes of IPv6 are on lo */
	if (!route_type_has_hops(route.type) && route.dst.family == AF_INET6) {
		route.hops = 1;
		hops[0].ifindex = 1;
	}
	route_set_hops(&route, hops, route.hops);
	return route;
}

/* By both ways to compare: whole routes, and places of a long file. */
static bool same(const char *want, const char *have)
{
	struct route a = wanted(want), b = there(have);
	struct route_index places = { 0 };
	const struct place *place;
	bool equal = route_equal(&a, &b);

	route_index_add(&places, &b);
	route_index_sort(&places);
	place = route_index_find(&places, &a);
	ok(equal == route_equal(&b, &a) && (a.table != b.table || equal == (place && place_equal(place, &a))),
	   "all agree on %s and %s", want, have);
	route_index_free(&places);
	return equal;
}

static void equality(void)
{
	static const char *const statements[] = { "10.0.0.0/8 dev eth0",
						  "10.0.0.0/8 via 192.0.2.1",
						  "10.0.0.0/8 via inet6 fe80::1 dev eth1",
						  "fd00::/8 via fe80::1 dev eth0",
						  "fd00::/8 dev eth0 metric 5",
						  "default via 192.0.2.1 metric 9 mtu 1400",
						  "unreachable 10.0.0.0/8",
						  "unreachable fd00::/8",
						  "throw 0.0.0.0/0",
						  "10.0.0.0/8 dev eth0 src 192.0.2.9",
						  "10.0.0.0/8 dev eth0 scope global",
						  "10.0.0.0/8 nexthop via 192.0.2.1 weight 3 nexthop dev eth1",
						  "10.0.0.0/8 via 192.0.2.1 dev eth0 onlink",
						  "local 10.0.0.0/8 dev eth0",
						  "broadcast 10.0.0.0/8 dev eth0",
						  "10.0.0.0/8 dev eth0 mtu 1400",
						  "10.0.0.0/8 dev eth0 mtu lock 1400",
						  "10.0.0.0/8 dev eth0 advmss 1400",
						  "10.0.0.0/8 dev eth0 congctl cubic",
						  "10.0.0.0/8 dev eth0 congctl reno",
						  "10.0.0.0/8 dev eth0 quickack 1",
						  "10.0.0.0/8 dev eth0 rto_min 1400ms",
						  "10.0.0.0/8 dev eth0 features ecn",
						  "10.0.0.0/8 dev eth0 tos 10",
						  "10.0.0.0/8 dev eth0 realms 5",
						  "10.0.0.0/8 dev eth0 realms 5/5",
						  "10.0.0.0/8 nhid 5",
						  "10.0.0.0/8 nhid 6",
						  "fd00::/8 dev eth0 pref high",
						  "fd00::/8 dev eth0 pref low",
						  "10.0.0.0/8 encap mpls 16 dev eth0",
						  "10.0.0.0/8 encap mpls 16/17 dev eth0",
						  "10.0.0.0/8 encap mpls 16 ttl 5 dev eth0",
						  "10.0.0.0/8 encap ip id 16 dst 192.0.2.1 dev eth0",
						  "10.0.0.0/8 encap ip6 id 16 dst fd00::1 dev eth0",
						  "10.0.0.0/8 encap seg6 mode encap segs fd00::1 dev eth0",
						  "10.0.0.0/8 encap seg6 mode inline segs fd00::1 dev eth0",
						  "10.0.0.0/8 encap seg6 mode encap segs fd00::1,fd00::2 dev eth0",
						  "10.0.0.0/8 nexthop encap mpls 16 dev eth0 nexthop dev eth1",
						  "10.0.0.0/8 nexthop dev eth0 nexthop encap mpls 16 dev eth1",
						  "fd00::/8 encap seg6local action End.DT46 vrftable 5 dev eth0",
						  "fd00::/8 encap seg6local action End.DT6 vrftable 5 dev eth0",
						  "fd00::/8 encap seg6local action End.DT6 table 5 dev eth0" };
	size_t count = sizeof(statements) / sizeof(statements[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			ok(same(statements[i], statements[k]) == (i == k), "%s, %s: %s", statements[i], statements[k],
			   i == k ? "equal" : "not equal");
	ok(same("fd00::/8 dev eth0", "fd00::/8 dev eth0 metric 1024"), "IPv6's metric is 1024 by default");
	ok(!same("10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth0 metric 1024"), "IPv4's is not");
	ok(!same("10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth1"), "another device");
	ok(same("10.0.0.0/8 via 192.0.2.1", "10.0.0.0/8 via 192.0.2.1 dev eth1"), "a gateway alone is by any device");
	ok(!same("10.0.0.0/8 via 192.0.2.1 dev eth0", "10.0.0.0/8 via 192.0.2.1 dev eth1"), "unless one is named");
	ok(!same("10.0.0.0/8 dev eth0 table 8", "10.0.0.0/8 dev eth0"), "another table");
	ok(same("10.0.0.0/8 nexthop dev eth0 weight 2 nexthop dev eth1",
		"10.0.0.0/8 nexthop dev eth1 nexthop dev eth0 weight 2"),
	   "hops have no order");
	ok(!same("10.0.0.0/8 nexthop dev eth0 weight 2 nexthop dev eth1",
		 "10.0.0.0/8 nexthop dev eth0 nexthop dev eth1 weight 2"),
	   "but weights");
	ok(!same("10.0.0.0/8 nexthop dev eth0 nexthop dev eth0", "10.0.0.0/8 nexthop dev eth0 nexthop dev eth1"),
	   "twice the same hop is not two");
	ok(same("10.0.0.0/8 dev eth0 scope link", "10.0.0.0/8 dev eth0"), "a scope that is the usual one");
	ok(!same("10.0.0.0/8 dev eth0", "10.0.0.0/8 dev eth0 scope global"), "and one that is no longer wanted");
}

static void wanting(void)
{
	struct route a = there("10.0.0.0/8 dev eth0"), b = there("10.0.0.0/8 dev eth0 metric 5");
	struct route_index places = { 0 };
	const struct place *place;

	route_index_add(&places, &a);
	route_index_add(&places, &b);
	route_index_sort(&places);
	a = wanted("10.0.0.0/8 via 192.0.2.1 metric 5");
	place = route_index_want(&places, &a);
	ok(place && place->wanted && place->metric == 5, "a place is wanted, whatever stands there");
	b = wanted("10.0.0.0/8 dev eth0");
	place = route_index_find(&places, &b);
	ok(place && !place->wanted, "its neighbour is not");
	b = wanted("10.0.0.0/9 dev eth0");
	ok(!route_index_want(&places, &b), "nor is what is not there");
	route_index_free(&places);
}

static struct routes have;

static void kernel_has(const char *statement, uint8_t protocol)
{
	struct route route = there(statement);

	route.protocol = protocol;
	routes_add(&have, &route);
}

static const struct route *other;

static enum change change(const char *statement)
{
	struct route route = wanted(statement);

	return route_plan(&route, &have, &other);
}

static void plans(void)
{
	ok(change("10.0.0.0/8 dev eth0") == CHANGE_ADD && !other, "an empty table: add");
	kernel_has("10.0.0.0/8 dev eth0", VRF_PROTOCOL);
	kernel_has("10.1.0.0/16 dev eth0", RTPROT_STATIC);
	kernel_has("fd00::/8 dev eth0", VRF_PROTOCOL);
	ok(change("10.0.0.0/8 dev eth0") == CHANGE_KEEP && !other, "ours is there: keep");
	ok(change("10.1.0.0/16 dev eth0") == CHANGE_KEEP, "so does somebody else's that is the same");
	ok(change("fd00::/8 dev eth0") == CHANGE_KEEP, "and one with the metric that IPv6 gives it");
	ok(change("10.0.0.0/8 dev eth1") == CHANGE_REPLACE && other, "ours is different: replace");
	ok(change("10.0.0.0/8 via 192.0.2.1") == CHANGE_REPLACE, "whatever the difference");
	ok(change("unreachable 10.0.0.0/8") == CHANGE_REPLACE, "its type, too");
	ok(change("10.1.0.0/16 dev eth1") == CHANGE_CONFLICT && other && other->protocol == RTPROT_STATIC,
	   "somebody else's is different: never changed");
	ok(change("10.0.0.0/8 dev eth0 metric 5") == CHANGE_ADD, "another metric is another place");
	ok(change("10.0.0.0/9 dev eth0") == CHANGE_ADD, "so is another length");
	kernel_has("10.0.0.0/8 dev eth1", RTPROT_BOOT);
	ok(change("10.0.0.0/8 via 192.0.2.1") == CHANGE_CONFLICT, "of two in one place somebody else's decides");
	have.route[0].foreign = true;
	have.count = 1;
	ok(change("10.0.0.0/8 dev eth0") == CHANGE_REPLACE, "ours with something unknown: replace");
	have.route[0].protocol = RTPROT_ZEBRA;
	ok(change("10.0.0.0/8 dev eth0") == CHANGE_CONFLICT, "somebody else's with it: conflict");
	routes_free(&have);
}

static void stale(void)
{
	struct routes want = { 0 };
	struct route route = wanted("10.0.0.0/8 dev eth0");

	routes_add(&want, &route);
	route = there("10.0.0.0/8 dev eth1");
	route.protocol = VRF_PROTOCOL;
	ok(!route_is_stale(&route, &want), "ours in a place that is wanted is not stale");
	route = there("10.1.0.0/16 dev eth0");
	ok(route_is_stale(&route, &want), "in any other it is");
	route.protocol = RTPROT_STATIC;
	ok(!route_is_stale(&route, &want), "somebody else's never");
	route = there("unreachable default");
	route.metric = VRF_UNREACHABLE_METRIC;
	ok(route.protocol == VRF_PROTOCOL && !route_is_stale(&route, &want), "nor is the table's last word");
	route = there("unreachable default metric 5");
	ok(route_is_stale(&route, &want), "but another unreachable default");
	routes_free(&want);
}

static void devices(void)
{
	struct route route = wanted("10.0.0.0/8 nexthop via 192.0.2.1 dev eth2 nexthop dev eth1");
	const char *missing = NULL;

	ok(route_names(&route, "eth1") && !route_names(&route, "eth0"), "the devices that a route names");
	ok(route_concerns(&route, "eth1") && !route_concerns(&route, "eth0"), "concern it");
	route = wanted("10.0.0.0/8 via 192.0.2.1");
	ok(!route_names(&route, "eth0") && route_concerns(&route, "eth0"), "a gateway alone may be by any");
	route = wanted("10.0.0.0/8 nexthop via 192.0.2.1 nexthop via 198.51.100.1 dev eth1");
	ok(!route_names(&route, "eth0") && route_concerns(&route, "eth0"), "also beside one with a device");
	route = wanted("unreachable 10.0.0.0/8");
	ok(!route_concerns(&route, "eth0") && route_concerns(&route, "lo"), "an unreachable route is on lo");
	route = wanted("10.0.0.0/8 dev eth1");
	ok(route_resolve(&route, &links, &missing) == 0 && route.hop[0].ifindex == 3, "a device that is there");
	route = wanted("10.0.0.0/8 dev eth9");
	ok(route_resolve(&route, &links, &missing) < 0 && missing && !strcmp(missing, "eth9"), "and one that is not");
}

/* What a table of 100,000 takes hangs on it. */
static void shared_hops(void)
{
	struct route a = wanted("10.0.0.0/8 nexthop via 192.0.2.1 nexthop dev eth1");
	struct route b = wanted("10.1.0.0/16 nexthop via 192.0.2.1 nexthop dev eth1 metric 7");
	struct route one = wanted("10.2.0.0/16 via 192.0.2.1"), two = wanted("10.3.0.0/16 via 192.0.2.2");

	ok(a.hops == 2 && a.hop == b.hop, "routes with the same hops share them");
	ok(one.hops == 1 && one.hop == wanted("10.4.0.0/16 via 192.0.2.1").hop, "also with one");
	ok(one.hop != two.hop && one.hop != a.hop, "others have others");
	ok(two.hop[0].via.addr[3] == 2 && one.hop[0].via.addr[3] == 1, "which are theirs");
}

static uint8_t scope_of(const char *statement)
{
	struct route route = wanted(statement);

	return route_scope(&route);
}

static void scopes(void)
{
	ok(scope_of("10.0.0.0/8 dev eth0") == RT_SCOPE_LINK, "scope: what is on the link");
	ok(scope_of("10.0.0.0/8 via 192.0.2.1") == RT_SCOPE_UNIVERSE, "behind a gateway");
	ok(scope_of("10.0.0.0/8 nexthop dev eth0 nexthop via 192.0.2.1") == RT_SCOPE_UNIVERSE, "by several hops");
	ok(scope_of("unreachable 10.0.0.0/8") == RT_SCOPE_UNIVERSE, "nowhere");
	ok(scope_of("fd00::/8 dev eth0") == RT_SCOPE_UNIVERSE, "IPv6 has no other");
	ok(scope_of("10.0.0.0/8 dev eth0 scope host") == RT_SCOPE_HOST, "what is asked for");
}

static void places(void)
{
	struct route a = wanted("10.0.0.0/8 dev eth0"), b = wanted("fd00::/8 dev eth0");

	ok(route_metric(&a) == 0 && route_metric(&b) == 1024, "metrics that were not given");
	b = wanted("unreachable 10.0.0.0/8");
	ok(route_same_place(&a, &b), "what a route does is no part of its place");
	b = wanted("10.0.0.0/8 dev eth0 table 9");
	ok(!route_same_place(&a, &b), "its table is");
	a = wanted("default via 192.0.2.1");
	b = wanted("default via fd00::1");
	ok(!route_same_place(&a, &b), "so is its family");
}

int main(void)
{
	plan(3762);
	equality();
	wanting();
	plans();
	stale();
	devices();
	shared_hops();
	places();
	scopes();
	return tap_done();
}
