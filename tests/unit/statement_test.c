/* SPDX-License-Identifier: ISC */
/* tests/unit/statement_test.c - the grammar of table-route and table-rule: each word, each refusal. */
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "executor/stanza/statement.h"
#include "helpers/base/vrf.h"
#include "tests/unit/tap.h"

static struct route route[2];
static struct rule rule[2];
static struct failure failure;

static int read_route(const char *statement)
{
	char text[512];

	snprintf(text, sizeof(text), "%s", statement);
	failure.text[0] = '\0';
	return statement_route(text, 7, route, &failure);
}

static int read_rule(const char *statement)
{
	char text[512];

	snprintf(text, sizeof(text), "%s", statement);
	failure.text[0] = '\0';
	return statement_rule(text, 7, rule, &failure);
}

/* As ip-route(8) takes it: that says all that was read, but for the family. */
static void route_is(const char *statement, int family, const char *want)
{
	char text[ROUTE_TEXT];

	if (ok(read_route(statement) == 1 && route[0].dst.family == family, "%s", statement))
		is(route_text(&route[0], text), want, "is read");
	else
		ok(false, "%s", failure.text);
}

static void rule_is(const char *statement, int family, const char *want)
{
	char text[RULE_TEXT];

	if (ok(read_rule(statement) == 1 && rule[0].family == family, "%s", statement))
		is(rule_text(&rule[0], text), want, "is read");
	else
		ok(false, "%s", failure.text);
}

static void routes_read(void)
{
	route_is("10.0.0.0/8 dev eth0", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("  10.0.0.0/8\tdev   eth0 ", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("unicast 10.0.0.0/8 dev eth0", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("10.0.0.1 via 192.0.2.1", AF_INET, "10.0.0.1 via 192.0.2.1 table 7");
	route_is("fd00::/8 via fe80::1 dev eth0", AF_INET6, "fd00::/8 via fe80::1 dev eth0 table 7");
	route_is("10.0.0.0/8 via inet6 fe80::1 dev eth0", AF_INET, "10.0.0.0/8 via inet6 fe80::1 dev eth0 table 7");
	route_is("fd00::/8 via inet6 fe80::1 dev eth0", AF_INET6, "fd00::/8 via fe80::1 dev eth0 table 7");
	route_is("default via 192.0.2.1", AF_INET, "default via 192.0.2.1 table 7");
	route_is("default via fe80::1 dev eth0", AF_INET6, "default via fe80::1 dev eth0 table 7");
	route_is("default via inet6 fe80::1 dev eth0", AF_INET, "default via inet6 fe80::1 dev eth0 table 7");
	route_is("default dev eth0 src 192.0.2.9", AF_INET, "default dev eth0 table 7 src 192.0.2.9");
	route_is("10.0.0.0/8 dev eth0 src 192.0.2.9", AF_INET, "10.0.0.0/8 dev eth0 table 7 src 192.0.2.9");
	route_is("10.0.0.0/8 dev eth0 metric 0", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("10.0.0.0/8 dev eth0 metric 4294967295", AF_INET, "10.0.0.0/8 dev eth0 table 7 metric 4294967295");
	route_is("10.0.0.0/8 dev eth0 table 9", AF_INET, "10.0.0.0/8 dev eth0 table 9");
	route_is("10.0.0.0/8 via 192.0.2.1 dev eth0 onlink", AF_INET,
		 "10.0.0.0/8 via 192.0.2.1 dev eth0 onlink table 7");
	route_is("10.0.0.0/8 dev eth0 mtu 68", AF_INET, "10.0.0.0/8 dev eth0 table 7 mtu 68");
	route_is("10.0.0.0/8 dev eth0 mtu 65520", AF_INET, "10.0.0.0/8 dev eth0 table 7 mtu 65520");
	route_is("10.0.0.0/8 dev eth0 preference 5", AF_INET, "10.0.0.0/8 dev eth0 table 7 metric 5");
	route_is("10.0.0.0/8 via inet 192.0.2.1", AF_INET, "10.0.0.0/8 via 192.0.2.1 table 7");
	route_is("10.0.0.0/8 oif eth0", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("10.0.0.0/8 dev eth0 proto 86", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("10.0.0.0/8 dev eth0 mtu lock 1400 advmss 1360", AF_INET,
		 "10.0.0.0/8 dev eth0 table 7 mtu lock 1400 advmss 1360");
	route_is("10.0.0.0/8 dev eth0 initcwnd 10 initrwnd 20 congctl cubic quickack 1 hoplimit 64", AF_INET,
		 "10.0.0.0/8 dev eth0 table 7 initcwnd 10 initrwnd 20 congctl cubic quickack 1 hoplimit 64");
	route_is("10.0.0.0/8 dev eth0 quickack 0", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("fd00::/8 dev eth0 window 5 cwnd lock 6 ssthresh 7 reordering 8", AF_INET6,
		 "fd00::/8 dev eth0 table 7 window 5 cwnd lock 6 ssthresh 7 reordering 8");
	route_is("10.0.0.0/8 dev eth0 rto_min 2s features ecn fastopen_no_cookie 1", AF_INET,
		 "10.0.0.0/8 dev eth0 table 7 rto_min 2000ms features ecn fastopen_no_cookie 1");
	route_is("10.0.0.0/8 dev eth0 tos 10", AF_INET, "10.0.0.0/8 dev eth0 table 7 tos 0x10");
	route_is("10.0.0.0/8 dev eth0 realm 5", AF_INET, "10.0.0.0/8 dev eth0 realms 5 table 7");
	route_is("10.0.0.0/8 nexthop dev a realms 1/2 nexthop dev b", AF_INET,
		 "10.0.0.0/8 table 7 nexthop dev a realms 1/2 nexthop dev b");
	route_is("default dev eth0 realms 5", AF_INET, "default dev eth0 realms 5 table 7");
	route_is("default dev eth0 pref high", AF_INET6, "default dev eth0 table 7 pref high");
	route_is("fd00::/8 dev eth0 pref low", AF_INET6, "fd00::/8 dev eth0 table 7 pref low");
	route_is("fd00::/8 dev eth0 pref medium", AF_INET6, "fd00::/8 dev eth0 table 7");
	route_is("10.0.0.0/8 nhid 5 metric 3", AF_INET, "10.0.0.0/8 nhid 5 table 7 metric 3");
	route_is("local 10.0.0.1 dev lo", AF_INET, "local 10.0.0.1 dev lo table 7");
	route_is("local 10.0.0.1 dev lo scope link", AF_INET, "local 10.0.0.1 dev lo table 7 scope link");
	route_is("broadcast 10.255.255.255 dev eth0", AF_INET, "broadcast 10.255.255.255 dev eth0 table 7");
	route_is("anycast fd00:: dev eth0", AF_INET6, "anycast fd00:: dev eth0 table 7");
	route_is("10.0.0.0/8 encap mpls 16/17 ttl 5 via 192.0.2.1", AF_INET,
		 "10.0.0.0/8 encap mpls 16/17 ttl 5 via 192.0.2.1 table 7");
	route_is("10.0.0.0/8 nexthop encap mpls 16 dev a nexthop encap mpls 17 dev b", AF_INET,
		 "10.0.0.0/8 table 7 nexthop encap mpls 16 dev a nexthop encap mpls 17 dev b");
	route_is("10.0.0.0/8 encap ip id 30 dst 192.0.2.1 src 192.0.2.2 tos 8 ttl 9 seq key dev eth0", AF_INET,
		 "10.0.0.0/8 encap ip id 30 src 192.0.2.2 dst 192.0.2.1 tos 8 ttl 9 key seq dev eth0 table 7");
	route_is("10.0.0.0/8 encap ip6 dst fd00::1 tc 8 hoplimit 9 dev eth0", AF_INET,
		 "10.0.0.0/8 encap ip6 dst fd00::1 tc 8 hoplimit 9 dev eth0 table 7");
	route_is("10.0.0.0/8 encap seg6 mode inline segs fd00::1,fd00::2 dev eth0", AF_INET,
		 "10.0.0.0/8 encap seg6 mode inline segs fd00::1,fd00::2 dev eth0 table 7");
	route_is("fd00::1 encap seg6local action End.T table 9 table 8 dev eth0", AF_INET6,
		 "fd00::1 encap seg6local action End.T table 9 dev eth0 table 8");
	route_is("fd00::1 encap seg6local action End.DT46 vrftable 9 count dev eth0", AF_INET6,
		 "fd00::1 encap seg6local action End.DT46 vrftable 9 count dev eth0 table 7");
	route_is("fd00::1 encap seg6local action End.X nh6 fd00::9 dev eth0", AF_INET6,
		 "fd00::1 encap seg6local action End.X nh6 fd00::9 dev eth0 table 7");
	route_is("10.0.0.0/8 dev eth0 scope link", AF_INET, "10.0.0.0/8 dev eth0 table 7");
	route_is("10.0.0.0/8 dev eth0 scope global", AF_INET, "10.0.0.0/8 dev eth0 table 7 scope global");
	route_is("10.0.0.0/8 dev eth0 scope host", AF_INET, "10.0.0.0/8 dev eth0 table 7 scope host");
	route_is("unreachable 10.0.0.0/8", AF_INET, "unreachable 10.0.0.0/8 table 7");
	route_is("blackhole 10.0.0.0/8", AF_INET, "blackhole 10.0.0.0/8 table 7");
	route_is("prohibit fd00::/8 metric 5", AF_INET6, "prohibit fd00::/8 table 7 metric 5");
	route_is("throw 0.0.0.0/0", AF_INET, "throw default table 7");
	route_is("10.0.0.0/8 nexthop via 192.0.2.1 weight 1 nexthop dev eth1 weight 256", AF_INET,
		 "10.0.0.0/8 table 7 nexthop via 192.0.2.1 weight 1 nexthop dev eth1 weight 256");
	route_is("10.0.0.0/8 nexthop via 192.0.2.1", AF_INET, "10.0.0.0/8 via 192.0.2.1 table 7");
	route_is("default metric 3 nexthop via 192.0.2.1 dev eth0 onlink nexthop via inet6 fe80::1 dev eth1", AF_INET,
		 "default table 7 metric 3 nexthop via 192.0.2.1 dev eth0 onlink nexthop via inet6 fe80::1 dev eth1");
	route_is("default nexthop dev eth0 nexthop dev eth1", AF_INET,
		 "default table 7 nexthop dev eth0 nexthop dev eth1");
	route_is("default nhid 5", AF_INET, "default nhid 5 table 7");
	ok(read_route("10.0.0.0/8 dev eth0") == 1 && route[0].protocol == VRF_PROTOCOL, "a route is ours");
	ok(read_route("default dev eth0") == 2 && route[0].dst.family == AF_INET && route[1].dst.family == AF_INET6 &&
		   route[1].hops == 1 && route[1].table == 7,
	   "default without a gateway is both families");
	ok(read_route("unreachable default metric 9") == 2 && route[1].metric == 9, "so is a typed one");
}

static void routes_refused(void)
{
	static const char *const bad[][2] = {
		{ "", "no destination" },
		{ "unreachable", "no destination" },
		{ "dev eth0", "\"dev\" stands behind the destination" },
		{ "10.0.0.0/33 dev eth0",
		  "\"10.0.0.0/33\" is not a prefix (ADDRESS[/LENGTH], no bit set behind the length)" },
		{ "10.0.0.1/8 dev eth0",
		  "\"10.0.0.1/8\" is not a prefix (ADDRESS[/LENGTH], no bit set behind the length)" },
		{ "10.0.0.0/8",
		  "neither via nor dev says where to send (of routes between commas each needs its own)" },
		{ "default", "neither via nor dev says where to send (of routes between commas each needs its own)" },
		{ "10.0.0.0/8 metric 5",
		  "neither via nor dev says where to send (of routes between commas each needs its own)" },
		{ "unreachable 10.0.0.0/8 dev eth0", "a route of this type has neither via nor dev" },
		{ "throw 10.0.0.0/8 nexthop dev eth0", "a route of this type has neither via nor dev" },
		{ "10.0.0.0/8 via", "\"via\" needs a value" },
		{ "10.0.0.0/8 via inet6", "\"via\" needs a value" },
		{ "10.0.0.0/8 via eth0", "via \"eth0\" is not an address" },
		{ "10.0.0.0/8 via inet6 192.0.2.1", "via \"192.0.2.1\" is not an address" },
		{ "10.0.0.0/8 via fe80::1",
		  "via \"fe80::1\" is not of the destination's family (via inet6 ADDR for an IPv4 route)" },
		{ "fd00::/8 via 192.0.2.1",
		  "via \"192.0.2.1\" is not of the destination's family (via inet6 ADDR for an IPv4 route)" },
		{ "10.0.0.0/8 dev", "\"dev\" needs a value" },
		{ "10.0.0.0/8 dev 0123456789abcdef",
		  "dev \"0123456789abcdef\" is not an interface name (1 to 15 bytes)" },
		{ "10.0.0.0/8 dev eth0 src", "\"src\" needs a value" },
		{ "10.0.0.0/8 dev eth0 src 10.0.0.0/8", "src \"10.0.0.0/8\" is not an address" },
		{ "10.0.0.0/8 dev eth0 src fd00::1", "src \"fd00::1\" is not of the destination's family" },
		{ "default via 192.0.2.1 src fd00::1", "src \"fd00::1\" is not of the destination's family" },
		{ "10.0.0.0/8 dev eth0 metric", "\"metric\" needs a value" },
		{ "10.0.0.0/8 dev eth0 metric -1", "metric \"-1\" is not a number from 0 to 4294967295" },
		{ "10.0.0.0/8 dev eth0 metric 4294967296",
		  "metric \"4294967296\" is not a number from 0 to 4294967295" },
		{ "10.0.0.0/8 dev eth0 mtu 67", "mtu \"67\" is not a number from 68 to 65520" },
		{ "10.0.0.0/8 dev eth0 mtu 65536", "mtu \"65536\" is not a number from 68 to 65520" },
		{ "10.0.0.0/8 dev eth0 table 0", "table \"0\" is not allowed: 0 and 253 to 255 are the system's" },
		{ "10.0.0.0/8 dev eth0 table main",
		  "table \"main\" is not allowed: 0 and 253 to 255 are the system's" },
		{ "10.0.0.0/8 dev eth0 table no-such-table",
		  "table \"no-such-table\" is not a number, a name in rt_tables or a VRF of the interfaces file" },
		{ "10.0.0.0/8 dev eth0 scope 253", "scope \"253\" is not global, link or host" },
		{ "10.0.0.0/8 nexthop dev eth0 weight 0", "weight \"0\" is not a number from 1 to 256" },
		{ "10.0.0.0/8 nexthop dev eth0 weight 257", "weight \"257\" is not a number from 1 to 256" },
		{ "10.0.0.0/8 via 192.0.2.1 onlink", "\"onlink\" needs dev" },
		{ "10.0.0.0/8 dev eth0 nexthop dev eth1", "\"nexthop\" cannot follow via or dev of the route itself" },
		{ "10.0.0.0/8 nexthop", "\"nexthop\" needs via or dev" },
		{ "10.0.0.0/8 nexthop dev a nexthop weight 1", "\"nexthop\" needs via or dev" },
		{ "10.0.0.0/8 nexthop dev a nexthop dev b nexthop dev c nexthop dev d nexthop dev e nexthop dev f "
		  "nexthop dev g nexthop dev h nexthop dev i",
		  "more than 8 nexthops" },
		{ "10.0.0.0/8 dev eth0 proto static",
		  "proto \"static\" is not 86, by which vrf-ng knows its own again" },
		{ "10.0.0.0/8 dev eth0 vrf no-such-vrf", "vrf \"no-such-vrf\" is not a VRF of the interfaces file" },
		{ "10.0.0.0/8 dev eth0 table 5 vrf red", "\"vrf\" stands twice" },
		{ "10.0.0.0/8 dev eth0 mtu lock", "\"mtu\" needs a value" },
		{ "10.0.0.0/8 dev eth0 quickack 2", "quickack \"2\" is not a number from 0 to 1" },
		{ "10.0.0.0/8 dev eth0 hoplimit 256", "hoplimit \"256\" is not a number from 1 to 255" },
		{ "10.0.0.0/8 dev eth0 congctl 0123456789abcdef",
		  "congctl \"0123456789abcdef\" is not the name of an algorithm (1 to 15 bytes)" },
		{ "10.0.0.0/8 dev eth0 rto_min 5h", "rto_min \"5h\" is not a time (N, Nms or Ns)" },
		{ "10.0.0.0/8 dev eth0 rto_min 4294968s", "rto_min \"4294968s\" is not a time (N, Nms or Ns)" },
		{ "10.0.0.0/8 dev eth0 features sack", "features \"sack\" is not ecn" },
		{ "10.0.0.0/8 dev eth0 tos 3",
		  "tos \"3\" is not a byte in hexadecimal without the bits of ECN, or a name "
		  "in rt_dsfield" },
		{ "fd00::/8 dev eth0 tos 10", "\"tos\" is for IPv4 alone" },
		{ "fd00::/8 dev eth0 realm 5", "\"realms\" is for IPv4 alone" },
		{ "fd00::/8 nexthop dev a nexthop dev b realm 5", "\"realms\" is for IPv4 alone" },
		{ "10.0.0.0/8 dev eth0 pref high", "\"pref\" is for IPv6 alone" },
		{ "fd00::/8 dev eth0 pref best", "pref \"best\" is not low, medium or high" },
		{ "10.0.0.0/8 nhid 5 dev eth0", "a route by nhid has no dev" },
		{ "10.0.0.0/8 nhid 5 nexthop dev eth0", "a route by nhid has no nexthop" },
		{ "unreachable 10.0.0.0/8 onlink", "a route of this type has no onlink" },
		{ "local 10.0.0.1",
		  "neither via nor dev says where to send (of routes between commas each needs its own)" },
		{ "10.0.0.0/8 encap mpls 16",
		  "neither via nor dev says where to send (of routes between commas each needs its own)" },
		{ "10.0.0.0/8 encap mpls 1048576 dev a", "encap mpls \"1048576\" is not a label from 0 to 1048575" },
		{ "10.0.0.0/8 encap mpls", "\"encap mpls\" needs a label" },
		{ "10.0.0.0/8 encap bpf dev a", "encap \"bpf\" is not mpls, ip, ip6, seg6 or seg6local" },
		{ "10.0.0.0/8 encap ip id 5 dev a", "\"encap ip\" needs dst" },
		{ "10.0.0.0/8 encap ip id x dst 192.0.2.1 dev a", "id \"x\" is not a number" },
		{ "10.0.0.0/8 encap ip dst fd00::1 dev a", "dst \"fd00::1\" is not an IPv4 address" },
		{ "10.0.0.0/8 encap seg6 segs fd00::1 dev a", "\"encap seg6\" needs mode" },
		{ "10.0.0.0/8 encap seg6 mode encap dev a", "\"encap seg6\" needs segs" },
		{ "10.0.0.0/8 encap seg6 mode encap segs 192.0.2.1 dev a",
		  "segs \"192.0.2.1\" is not an IPv6 address" },
		{ "fd00::1 encap seg6local action End.DT46 dev a", "action End.DT46 needs vrftable" },
		{ "fd00::1 encap seg6local action End.DT6 table 5 vrftable 6 dev a",
		  "action End.DT6 needs table or vrftable" },
		{ "fd00::1 encap seg6local action End nh6 fd00::2 dev a",
		  "action End needs nothing behind it but count" },
		{ "fd00::1 encap seg6local action End.X nh6 192.0.2.1 dev a",
		  "nh6 \"192.0.2.1\" is not an IPv6 address" },
		{ "10.0.0.0/8 dev eth0 DEV eth1", "\"DEV\" is not known" },
		{ "10.0.0.0/8 blackhole", "\"blackhole\" stands before the destination" },
		{ "via 192.0.2.1 10.0.0.0/8", "\"via\" stands behind the destination" },
		{ "default via fe80::1", "a gateway below fe80::/10 needs dev: every link has such addresses" },
		{ "default nexthop via fe80::1 dev eth0 nexthop via fe80::2",
		  "a gateway below fe80::/10 needs dev: every link has such addresses" },
		{ "unreachable default metric 4278198272",
		  "metric \"4278198272\" is not free: the unreachable default of every VRF has it" },
		{ "nat 10.0.0.0/8 dev eth0",
		  "\"nat\" is neither a prefix nor default, nor a type: unicast, "
		  "unreachable, blackhole, prohibit, throw, local, broadcast, anycast, multicast" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(read_route(bad[i][0]) == -1, "refused: %s", bad[i][0]);
		is(failure.text, bad[i][1], "with the reason");
	}
}

static void rules_read(void)
{
	rule_is("from 10.0.0.0/8", AF_INET, "from 10.0.0.0/8 table 7");
	rule_is("to fd00::/8", AF_INET6, "to fd00::/8 table 7");
	rule_is("from 10.0.0.1 to 192.0.2.0/24 table 9", AF_INET, "from 10.0.0.1 to 192.0.2.0/24 table 9");
	rule_is("not from 10.0.0.0/8 lookup 9 pref 5", AF_INET, "not from 10.0.0.0/8 pref 5 table 9");
	rule_is("to 10.0.0.0/8 table main pref 100", AF_INET, "to 10.0.0.0/8 pref 100 table main");
	rule_is("to 10.0.0.0/8 table local", AF_INET, "to 10.0.0.0/8 table local");
	rule_is("to 10.0.0.0/8 iif eth0 oif eth1", AF_INET, "to 10.0.0.0/8 iif eth0 oif eth1 table 7");
	rule_is("to 10.0.0.0/8 fwmark 0x10", AF_INET, "to 10.0.0.0/8 fwmark 0x10 table 7");
	rule_is("to 10.0.0.0/8 fwmark 0x10/0xff", AF_INET, "to 10.0.0.0/8 fwmark 0x10/0xff table 7");
	rule_is("to 10.0.0.0/8 fwmark 0/1", AF_INET, "to 10.0.0.0/8 fwmark 0x0/0x1 table 7");
	rule_is("to 10.0.0.0/8 ipproto tcp", AF_INET, "to 10.0.0.0/8 ipproto 6 table 7");
	rule_is("to 10.0.0.0/8 ipproto udp", AF_INET, "to 10.0.0.0/8 ipproto 17 table 7");
	rule_is("to 10.0.0.0/8 ipproto 255", AF_INET, "to 10.0.0.0/8 ipproto 255 table 7");
	rule_is("to fd00::/8 ipproto ipv6-icmp", AF_INET6, "to fd00::/8 ipproto 58 table 7");
	rule_is("to 10.0.0.0/8 sport 1 dport 65534", AF_INET, "to 10.0.0.0/8 sport 1 dport 65534 table 7");
	rule_is("to 10.0.0.0/8 dport 1000-2000", AF_INET, "to 10.0.0.0/8 dport 1000-2000 table 7");
	rule_is("to 10.0.0.0/8 uidrange 0", AF_INET, "to 10.0.0.0/8 uidrange 0-0 table 7");
	rule_is("to 10.0.0.0/8 uidrange 1000-4294967294", AF_INET, "to 10.0.0.0/8 uidrange 1000-4294967294 table 7");
	rule_is("to 10.0.0.0/8 pref 4294967295", AF_INET, "to 10.0.0.0/8 pref 4294967295 table 7");
	rule_is("to 10.0.0.0/8 unreachable", AF_INET, "to 10.0.0.0/8 unreachable");
	rule_is("to 10.0.0.0/8 prohibit", AF_INET, "to 10.0.0.0/8 prohibit");
	rule_is("blackhole to 10.0.0.0/8", AF_INET, "to 10.0.0.0/8 blackhole");
	rule_is("to 10.0.0.0/8 goto 9", AF_INET, "to 10.0.0.0/8 goto 9");
	rule_is("to 10.0.0.0/8 prio 5 nop", AF_INET, "to 10.0.0.0/8 pref 5 nop");
	rule_is("to 10.0.0.0/8 preference 5 nop", AF_INET, "to 10.0.0.0/8 pref 5 nop");
	rule_is("to 10.0.0.0/8 order 5 dev eth0", AF_INET, "to 10.0.0.0/8 pref 5 iif eth0 table 7");
	rule_is("to 10.0.0.0/8 tos 10", AF_INET, "to 10.0.0.0/8 tos 0x10 table 7");
	rule_is("to 10.0.0.0/8 dsfield 0x10", AF_INET, "to 10.0.0.0/8 tos 0x10 table 7");
	rule_is("to 10.0.0.0/8 dscp 0", AF_INET, "to 10.0.0.0/8 dscp 0 table 7");
	rule_is("to 10.0.0.0/8 dscp 63", AF_INET, "to 10.0.0.0/8 dscp 63 table 7");
	rule_is("to 10.0.0.0/8 suppress_prefixlength 0", AF_INET, "to 10.0.0.0/8 table 7 suppress_prefixlength 0");
	rule_is("to 10.0.0.0/8 sup_pl 32 sup_group 0", AF_INET,
		"to 10.0.0.0/8 table 7 suppress_prefixlength 32 suppress_ifgroup 0");
	rule_is("to 10.0.0.0/8 l3mdev", AF_INET, "to 10.0.0.0/8 l3mdev");
	rule_is("to 10.0.0.0/8 l3mdev blackhole", AF_INET, "to 10.0.0.0/8 l3mdev blackhole");
	rule_is("to 10.0.0.0/8 realms 3/4", AF_INET, "to 10.0.0.0/8 table 7 realms 3/4");
	rule_is("to 10.0.0.0/8 realm 3/", AF_INET, "to 10.0.0.0/8 table 7 realms 3/0");
	rule_is("iif eth0 realms 4", AF_INET, "iif eth0 table 7 realms 4");
	rule_is("to 10.0.0.0/8 protocol 86", AF_INET, "to 10.0.0.0/8 table 7");
	rule_is("from 0.0.0.0/0 iif eth0", AF_INET, "iif eth0 table 7");
	ok(read_rule("from all dport 22") == 2 && rule[0].family == AF_INET && rule[1].family == AF_INET6 &&
		   rule[1].dport.first == 22 && rule[1].table == 7,
	   "without an address it is both families");
	ok(rule[0].protocol == VRF_PROTOCOL && rule[1].protocol == VRF_PROTOCOL, "a rule is ours");
	ok(read_rule("from all to fd00::/8") == 1 && rule[0].family == AF_INET6 && !rule[0].from.family,
	   "all is no address");
	ok(read_rule("fwmark 7") == 2 && rule[0].fwmask == UINT32_MAX, "a mark alone is compared whole");
}

static void rules_refused(void)
{
	static const char *const bad[][2] = {
		{ "from", "\"from\" needs a value" },
		{ "to 10.0.0.1/8",
		  "to \"10.0.0.1/8\" is not a prefix (ADDRESS[/LENGTH], no bit set behind the length)" },
		{ "from 10.0.0.0/8 to fd00::/8", "to \"fd00::/8\" is not of the other address's family" },
		{ "iif 0123456789abcdef", "iif \"0123456789abcdef\" is not an interface name (1 to 15 bytes)" },
		{ "oif", "\"oif\" needs a value" },
		{ "fwmark", "\"fwmark\" needs a value" },
		{ "fwmark -1", "fwmark \"-1\" is not a mark (M or M/MASK)" },
		{ "fwmark 1/0", "fwmark \"1/0\" is not a mark (M or M/MASK)" },
		{ "fwmark 1/", "fwmark \"1/\" is not a mark (M or M/MASK)" },
		{ "fwmark /1", "fwmark \"/1\" is not a mark (M or M/MASK)" },
		{ "fwmark 00000000000000001/1", "fwmark \"00000000000000001/1\" is not a mark (M or M/MASK)" },
		{ "ipproto ospf",
		  "ipproto \"ospf\" is not a protocol (tcp, udp, sctp, dccp, icmp, ipv6-icmp or 1 to 255)" },
		{ "ipproto 0", "ipproto \"0\" is not a protocol (tcp, udp, sctp, dccp, icmp, ipv6-icmp or 1 to 255)" },
		{ "ipproto 256",
		  "ipproto \"256\" is not a protocol (tcp, udp, sctp, dccp, icmp, ipv6-icmp or 1 to 255)" },
		{ "sport 0", "sport \"0\" is not a port or a range of ports (1 to 65534)" },
		{ "dport 65535", "dport \"65535\" is not a port or a range of ports (1 to 65534)" },
		{ "dport 20-10", "dport \"20-10\" is not a port or a range of ports (1 to 65534)" },
		{ "dport ssh", "dport \"ssh\" is not a port or a range of ports (1 to 65534)" },
		{ "uidrange 4294967295", "uidrange \"4294967295\" is not a uid or a range of uids" },
		{ "uidrange 5-", "uidrange \"5-\" is not a uid or a range of uids" },
		{ "pref 0", "pref \"0\" is not a preference from 1 to 4294967295" },
		{ "pref", "\"pref\" needs a value" },
		{ "table 0", "table \"0\" is not a number, a name in rt_tables or a VRF of the interfaces file" },
		{ "lookup no-such-table",
		  "lookup \"no-such-table\" is not a number, a name in rt_tables or a VRF of the interfaces file" },
		{ "goto 5", "a rule for everything needs pref: without one it would stand before local, at 0" },
		{ "from all priority 5 pref 6", "\"pref\" stands twice" },
		{ "to 10.0.0.0/8 goto 0", "goto \"0\" is not a number from 1 to 4294967295" },
		{ "to 10.0.0.0/8 pref 9 goto 9", "goto \"9\" does not lead behind pref 9" },
		{ "to 10.0.0.0/8 goto 9 table 5", "\"table\" stands beside another action" },
		{ "to 10.0.0.0/8 vrf no-such-vrf", "vrf \"no-such-vrf\" is not a VRF of the interfaces file" },
		{ "l3mdev pref 5",
		  "\"l3mdev\" alone is the rule of VRFs, see interfaces-l3mdev(5): what packets else?" },
		{ "l3mdev unreachable pref 5",
		  "\"l3mdev\" alone is the rule of VRFs, see interfaces-l3mdev(5): what packets else?" },
		{ "to 10.0.0.0/8 l3mdev table 5",
		  "\"l3mdev\" looks up the table of the packet's VRF, and none beside it" },
		{ "to fd00::/8 realms 5", "\"realms\" is for IPv4 alone" },
		{ "to 10.0.0.0/8 realms 256",
		  "realms \"256\" is not a realm or two (TO or FROM/TO, 0 to 255 or a name in "
		  "rt_realms)" },
		{ "to 10.0.0.0/8 tos 1", "tos \"1\" is not a byte in hexadecimal without the bits of ECN, or a name in "
					 "rt_dsfield" },
		{ "to 10.0.0.0/8 dscp 64", "dscp \"64\" is not a number from 0 to 63 or a name in rt_dsfield" },
		{ "to 10.0.0.0/8 suppress_prefixlength 129",
		  "suppress_prefixlength \"129\" is not a number from 0 to 128" },
		{ "to 10.0.0.0/8 suppress_ifgroup no-such", "suppress_ifgroup \"no-such\" is not a number or a name in "
							    "/etc/iproute2/group" },
		{ "to 10.0.0.0/8 protocol static",
		  "protocol \"static\" is not 86, by which vrf-ng knows its own again" },
		{ "to 10.0.0.0/8 tun_id 5", "\"tun_id\" is not known" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(read_rule(bad[i][0]) == -1, "refused: %s", bad[i][0]);
		is(failure.text, bad[i][1], "with the reason");
	}
}

/* What is there already is not said twice. */
static void repeated(void)
{
	static const char *const bad_routes[][2] = {
		{ "10.0.0.0/8 dev eth0 dev eth1", "\"dev\" stands twice" },
		{ "10.0.0.0/8 via 192.0.2.1 via 192.0.2.2", "\"via\" stands twice" },
		{ "10.0.0.0/8 dev eth0 metric 5 metric 6", "\"metric\" stands twice" },
		{ "10.0.0.0/8 nexthop dev a dev b", "\"dev\" stands twice" },
		{ "10.0.0.0/8 metric 1 nexthop dev a nexthop dev b metric 1", "\"metric\" stands twice" },
	};
	static const char *const bad_rules[][2] = {
		{ "from 10.0.0.0/8 from 10.1.0.0/16", "\"from\" stands twice" },
		{ "to 10.0.0.0/8 table 5 table 6", "\"table\" stands twice" },
		{ "to 10.0.0.0/8 table 5 unreachable", "\"unreachable\" stands beside another action" },
		{ "to 10.0.0.0/8 blackhole lookup 5", "\"lookup\" stands beside another action" },
	};

	for (size_t i = 0; i < sizeof(bad_routes) / sizeof(bad_routes[0]); i++) {
		ok(read_route(bad_routes[i][0]) == -1, "refused: %s", bad_routes[i][0]);
		is(failure.text, bad_routes[i][1], "with the reason");
	}
	for (size_t i = 0; i < sizeof(bad_rules) / sizeof(bad_rules[0]); i++) {
		ok(read_rule(bad_rules[i][0]) == -1, "refused: %s", bad_rules[i][0]);
		is(failure.text, bad_rules[i][1], "with the reason");
	}
	ok(read_route("10.0.0.0/8 nexthop dev a weight 1 nexthop dev b weight 1") == 1,
	   "each nexthop has its own words");
	route_is("10.0.0.0/8 nexthop dev a weight 2", AF_INET, "10.0.0.0/8 dev a table 7 scope global");
}

int main(void)
{
	plan(464);
	routes_read();
	routes_refused();
	rules_read();
	rules_refused();
	repeated();
	return tap_done();
}
