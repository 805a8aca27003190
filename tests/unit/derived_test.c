/* SPDX-License-Identifier: ISC */
/* tests/unit/derived_test.c - routes and rules that follow from the main table and from addresses. */
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "executor/model/derived.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement.h"
#include "helpers/base/vrf.h"
#include "tests/unit/tap.h"

static struct routes main_routes, of_file, want;

static void add(struct routes *to, const char *statement, uint32_t table)
{
	struct route route[2];
	struct failure failure;
	char text[256];

	snprintf(text, sizeof(text), "%s", statement);
	if (statement_route(text, table, route, &failure) < 1)
		printf("# %s: %s\n", statement, failure.text);
	/* as somebody else's in main */
	if (to == &main_routes)
		route[0].protocol = RTPROT_DHCP;
	routes_add(to, &route[0]);
}

/* Is it wanted, as ip(8) would be told, and ours? */
static bool wanted(const char *text)
{
	char buffer[ROUTE_TEXT];

	for (size_t i = 0; i < want.count; i++)
		if (!strcmp(route_text(&want.route[i], buffer), text))
			return want.route[i].protocol == VRF_PROTOCOL;
	for (size_t i = 0; i < want.count; i++)
		printf("# %s\n", route_text(&want.route[i], buffer));
	return false;
}

/* Does a route lead to exactly that network? */
static bool led(const char *network)
{
	struct prefix dst;

	if (!parse_prefix(network, &dst))
		parse_address(network, &dst);
	for (size_t i = 0; i < want.count; i++)
		if (prefix_equal(&want.route[i].dst, &dst) && want.route[i].type == RTN_UNICAST)
			return true;
	return false;
}

static void network_of(const struct derived *d, const char *address)
{
	struct prefix local;
	const char *slash = strchr(address, '/');
	char text[PREFIX_TEXT];

	snprintf(text, sizeof(text), "%.*s", (int)(slash - address), address);
	if (!parse_address(text, &local))
		printf("# %s\n", text);
	local.len = (uint8_t)atoi(slash + 1);
	derived_network(d, &local, "eth0", &main_routes);
}

static void begin(void)
{
	routes_free(&want);
	memset(&want, 0, sizeof(want));
}

static void rule_of(const struct derived *d, const char *address, const char *expected)
{
	struct rules rules = { 0 };
	struct prefix from;
	char text[RULE_TEXT];

	ok(parse_prefix(address, &from) || parse_address(address, &from), "%s is an address", address);
	derived_rule(d, &from, 7, &rules);
	if (expected)
		is(rules.count ? rule_text(&rules.rule[0], text) : "none", expected, address);
	else
		ok(!rules.count, "%s has no rule", address);
	rules_free(&rules);
}

int main(void)
{
	const struct derived none = { 0 }, connected = { .connected = RTN_UNREACHABLE },
			     follow = { .follow = "eth0", .pref = 3000 },
			     both = { .connected = RTN_PROHIBIT, .follow = "eth0" };

	plan(43);
	add(&main_routes, "default via 192.0.2.1 dev eth0 metric 5", RT_TABLE_MAIN);
	add(&main_routes, "192.0.2.0/24 dev eth0 src 192.0.2.9", RT_TABLE_MAIN);
	add(&main_routes, "198.51.100.0/24 dev eth1", RT_TABLE_MAIN);
	add(&main_routes, "203.0.113.0/24 via 198.51.100.1 dev eth1", RT_TABLE_MAIN);
	add(&main_routes, "2001:db8::/64 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "::/0 via fe80::1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "fe80::/64 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "::/0 dev wg0 metric 7", RT_TABLE_MAIN);
	add(&main_routes, "127.0.0.0/8 dev lo", RT_TABLE_MAIN);
	add(&main_routes, "unreachable 10.0.0.0/8", RT_TABLE_MAIN);

	ok(!derives(&none) && derives(&connected) && derives(&follow), "who derives");
	begin();
	derived_routes(&none, &main_routes, &of_file, 7, &want);
	ok(!want.count, "nothing of nothing");

	begin();
	derived_routes(&connected, &main_routes, &of_file, 7, &want);
	ok(want.count == 8, "three networks are connected: not what has a gateway, a default, lo's or a link's");
	ok(wanted("unreachable 192.0.2.0/24 table 7"), "that of eth0");
	ok(wanted("unreachable 198.51.100.0/24 table 7"), "that of eth1");
	ok(wanted("unreachable 2001:db8::/64 table 7"), "of IPv6");
	ok(wanted("unreachable 224.0.0.0/4 table 7") && wanted("unreachable ff00::/8 table 7"),
	   "groups are on every link");
	ok(wanted("unreachable 169.254.0.0/16 table 7") && wanted("unreachable fe80::/10 table 7"),
	   "so is what is link-local");
	ok(wanted("unreachable 255.255.255.255 table 7"), "and everybody");

	begin();
	add(&want, "192.0.2.0/24 dev eth0", 7);
	derived_routes(&connected, &main_routes, &of_file, 7, &want);
	ok(want.count == 8 && wanted("192.0.2.0/24 dev eth0 table 7"), "what the stanza says of it stands");

	begin();
	add(&want, "224.0.0.0/4 dev eth0", 7);
	derived_routes(&connected, &main_routes, &of_file, 7, &want);
	ok(want.count == 8 && wanted("224.0.0.0/4 dev eth0 table 7"), "of groups as well");

	begin();
	derived_routes(&follow, &main_routes, &of_file, 7, &want);
	ok(want.count == 4, "four routes are eth0's");
	ok(wanted("default via 192.0.2.1 dev eth0 onlink table 7 metric 5"), "the gateway, whatever its network is");
	ok(wanted("192.0.2.0/24 dev eth0 table 7 src 192.0.2.9"), "the network");
	ok(wanted("default via fe80::1 dev eth0 table 7"), "the gateway of IPv6");
	ok(!want.route[0].hop[0].via.family && want.route[3].hop[0].via.family, "networks come before gateways");

	begin();
	derived_routes(&both, &main_routes, &of_file, 7, &want);
	ok(want.count == 10, "what is refused is not followed");
	ok(wanted("prohibit 192.0.2.0/24 table 7"), "eth0's own network is refused");
	ok(wanted("default via 192.0.2.1 dev eth0 onlink table 7 metric 5"), "by its gateway the rest is reached");

	/* What a lease or a router's advertisement says of single networks (option 121, RFC 4191) */
	add(&main_routes, "10.1.0.0/16 via 192.0.2.1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "169.254.169.254 via 192.0.2.1 dev eth0 metric 5", RT_TABLE_MAIN);
	add(&main_routes, "192.0.2.64/26 via 192.0.2.1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "2001:db8::/65 via fe80::1 dev eth0 metric 5", RT_TABLE_MAIN);
	add(&main_routes, "fd00:1::/64 via fe80::1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "fc00::/7 via fe80::1 dev eth0 metric 5", RT_TABLE_MAIN);
	add(&main_routes, "100.64.0.0/16 via 192.0.2.1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "9.9.9.9 via 192.0.2.1 dev eth0", RT_TABLE_MAIN);
	add(&main_routes, "8.0.0.0/7 via 192.0.2.1 dev eth0", RT_TABLE_MAIN);
	begin();
	derived_routes(&both, &main_routes, &of_file, 7, &want);
	ok(!led("169.254.169.254"), "into what is on every link nothing is followed");
	ok(!led("192.0.2.64/26"), "into a part of a connected network neither");
	ok(!led("2001:db8::/65"), "... of IPv6, whatever its metric");
	ok(led("10.1.0.0/16") && led("fd00:1::/64"), "into what nobody refuses it is");
	ok(want.count == 16, "that is all");

	begin();
	add(&want, "unreachable 10.0.0.0/8", 7);
	add(&want, "prohibit fc00::/7 metric 4000", 7);
	add(&want, "blackhole 8.0.0.0/8 metric 900", 7);
	add(&want, "unreachable 9.0.0.0/8", 8);
	add(&want, "unreachable 0.0.0.0/0 metric 5000", 7);
	add(&want, "unreachable ::/0 metric 5000", 7);
	add(&of_file, "unreachable 100.64.0.0/10", 7);
	derived_routes(&follow, &main_routes, &of_file, 7, &want);
	ok(!led("10.1.0.0/16"), "what the stanza refuses is not followed without table-connected either");
	ok(!led("fd00:1::/64") && !led("fc00::/7"), "... the same network, whatever the metric of both");
	ok(!led("100.64.0.0/16"), "nor what its file refuses");
	ok(led("9.9.9.9"), "what another table refuses is");
	ok(led("8.0.0.0/7"), "so is a network that has the refused one in it");
	ok(led("0.0.0.0/0") && led("::/0"), "the last word of the table is no network");

	begin();
	add(&want, "192.0.2.0/24 dev eth0", 7);
	derived_routes(&both, &main_routes, &of_file, 7, &want);
	ok(led("192.0.2.64/26"), "what the stanza says of a connected network stands here, too");

	/* A prefix that a router says is not on the link (RFC 4861, L=0), which dhcpcd leads to by the router */
	add(&main_routes, "2001:db8:40::/64 via fe80::1 dev eth0 metric 5", RT_TABLE_MAIN);
	begin();
	network_of(&follow, "2001:db8:40::50/64");
	derived_routes(&follow, &main_routes, &of_file, 7, &want);
	ok(led("2001:db8:40::/64"), "control: followed it is, where nothing is refused");
	begin();
	network_of(&both, "2001:db8:40::50/64");
	network_of(&both, "203.0.113.200/25");
	network_of(&both, "192.0.2.9/32");
	derived_routes(&both, &main_routes, &of_file, 7, &want);
	ok(wanted("prohibit 2001:db8:40::/64 table 7") && !led("2001:db8:40::/64"),
	   "what an interface has an address in is refused, though a route leads there by the router");
	ok(wanted("prohibit 203.0.113.128/25 table 7"), "its network and not the address, whatever its length");
	ok(wanted("prohibit 192.0.2.9 table 7"), "an address alone as well");

	rule_of(&follow, "192.0.2.9", "from 192.0.2.9 pref 3000 table 7");
	rule_of(&follow, "2001:db8::9", "from 2001:db8::9 pref 3000 table 7");
	rule_of(&follow, "fe80::9", NULL);
	rule_of(&both, "192.0.2.9", NULL);
	routes_free(&want);
	routes_free(&main_routes);
	routes_free(&of_file);
	return tap_done();
}
