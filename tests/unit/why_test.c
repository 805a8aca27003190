/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/why_test.c - rc-vrf why: what is typed, which rule it was, and what decides, from
 * answers of a kernel that are made up here.  tests/net/why.sh asks a real one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/programs.h"
#include "openrc/rc-vrf/why-names.h"
#include "openrc/rc-vrf/why.h"
#include "openrc/state/passing.h"
#include "tests/unit/tap.h"

#define UP   (IFF_UP | 0x10000)
#define MARK 0x56000002u

#define NO_PROTOCOL \
	"has something else than tcp, udp or icmp behind its /: write ADDR, ADDR:PORT, ADDR/PROTO or ADDR:PORT/PROTO"

static struct link links[] = {
	{ .ifindex = 1, .name = "lo", .flags = UP | IFF_LOOPBACK },
	{ .ifindex = 2, .name = "eth0", .flags = UP },
	{ .ifindex = 3, .name = "eth1", .flags = UP, .master = 10 },
	{ .ifindex = 10, .name = "red", .kind = "vrf", .table = 1, .flags = UP },
	{ .ifindex = 11, .name = "blue", .kind = "vrf", .table = 2, .flags = UP },
};
static struct rule rules[] = {
	{ .family = AF_INET,
	  .action = FR_ACT_GOTO,
	  .pref = 0,
	  .has_pref = true,
	  .l3mdev = true,
	  .target = 1000,
	  .protocol = VRF_PROTOCOL },
	{ .family = AF_INET, .action = FR_ACT_TO_TBL, .pref = 0, .has_pref = true, .table = RT_TABLE_LOCAL },
	{ .family = AF_INET,
	  .action = FR_ACT_TO_TBL,
	  .pref = 500,
	  .has_pref = true,
	  .table = 77,
	  .ipproto = IPPROTO_UDP,
	  .dport = { 53, 53 } },
	{ .family = AF_INET,
	  .action = FR_ACT_TO_TBL,
	  .pref = 900,
	  .has_pref = true,
	  .table = 2,
	  .iif = "lo",
	  .fwmark = MARK,
	  .fwmask = UINT32_MAX,
	  .protocol = VRF_PROTOCOL },
	{ .family = AF_INET,
	  .action = FR_ACT_UNREACHABLE,
	  .pref = 901,
	  .has_pref = true,
	  .iif = "lo",
	  .fwmark = MARK,
	  .fwmask = UINT32_MAX,
	  .protocol = VRF_PROTOCOL },
	{ .family = AF_INET, .action = FR_ACT_TO_TBL, .pref = 1000, .has_pref = true, .l3mdev = true },
	{ .family = AF_INET,
	  .action = FR_ACT_UNREACHABLE,
	  .pref = 2000,
	  .has_pref = true,
	  .l3mdev = true,
	  .protocol = VRF_PROTOCOL },
	{ .family = AF_INET, .action = FR_ACT_TO_TBL, .pref = 32766, .has_pref = true, .table = RT_TABLE_MAIN },
};
static struct kernel kernel = { .links = { links, sizeof(links) / sizeof(links[0]) },
				.rules = { { rules, sizeof(rules) / sizeof(rules[0]) } } };

static struct naming naming = { .links = &kernel.links };

static struct prefix address(const char *text)
{
	struct prefix p = { 0 };

	parse_address(text, &p);
	return p;
}

static void test_target(const char *text, const char *want)
{
	char told[TARGET_TEXT] = "";
	struct target t;
	const char *wrong = target_parse(text, &t);

	is(wrong ? wrong : target_text(&t, told), want, text);
}

static void test_targets(void)
{
	test_target("10.1.2.3", "10.1.2.3");
	test_target("10.1.2.3:22", "10.1.2.3 port 22 (tcp)");
	test_target("10.1.2.3:53/udp", "10.1.2.3 port 53 (udp)");
	test_target("10.1.2.3/ICMP", "10.1.2.3 by icmp");
	test_target("2001:db8::1", "2001:db8::1");
	test_target("[2001:db8::1]:22", "2001:db8::1 port 22 (tcp)");
	test_target("[2001:db8::1]", "2001:db8::1");
	test_target("fe80::1%eth0", "fe80::1%eth0");
	test_target("[fe80::1%eth0]:22/tcp", "fe80::1%eth0 port 22 (tcp)");
	test_target("www.example.org", "www.example.org");
	test_target("www.example.org:443", "www.example.org port 443 (tcp)");
	test_target("fe80::1", "is for one link: write %INTERFACE behind it");
	test_target("10.1.2.3%eth0", "is no link-local address, and has no interface");
	test_target("10.1.2.3:0", "has no port from 1 to 65535");
	test_target("10.1.2.3:70000", "has no port from 1 to 65535");
	test_target("10.1.2.3:22/icmp", "has a port, which icmp has not");
	test_target("10.1.2.3/sctp", NO_PROTOCOL);
	test_target("http://10.1.2.3/", NO_PROTOCOL);
	test_target("http://www.example.org:80", NO_PROTOCOL);
	test_target("10.1.2.3/24", NO_PROTOCOL);
	test_target("::ffff:10.1.2.3", "10.1.2.3");
	test_target("[::ffff:10.1.2.3]:22", "10.1.2.3 port 22 (tcp)");
	test_target("::ffff:224.0.0.1", "is a group, and this is about one host");
	test_target("10.20.40.300", "is neither an address nor a name");
	test_target("10.20.50:22", "is neither an address nor a name");
	test_target("1020", "is neither an address nor a name");
	test_target("web2.example4.o3", "web2.example4.o3");
	test_target("[2001:db8::1:22", "lacks a bracket");
	test_target("[2001:db8::1]22", "lacks a bracket");
	test_target("224.0.0.1", "is a group, and this is about one host");
	test_target("ff02::1%eth0", "is a group, and this is about one host");
	test_target("0.0.0.0", "is nobody's address");
	test_target("255.255.255.255", "is everybody, and this is about one host");
	test_target("a b", "is neither an address nor a name");
	test_target("", "is neither an address nor a name");
}

static void test_hosts(void)
{
	char text[] = "127.0.0.1 localhost\n# 10.0.0.9 www\n10.0.0.1\tweb www.example.org # www2\n::1 localhost\n";
	char again[sizeof(text)];
	struct prefix p;

	memcpy(again, text, sizeof(text));
	ok(hosts_find(text, "WWW.example.org", &p) && p.family == AF_INET && p.addr[3] == 1, "a name of /etc/hosts");
	ok(!hosts_find(again, "www2", &p), "none that stands in a comment");
}

static unsigned int passed;

static void count_passed(const struct rule *rule, enum rule_taken taken, void *context)
{
	(void)rule;
	(void)taken;
	(void)context;
	passed++;
}

static uint32_t decided(struct trip trip)
{
	const struct rule *rule;

	passed = 0;
	rule = rules_decide(&kernel, &trip, count_passed, NULL);
	return rule ? rule->pref : UINT32_MAX;
}

static void test_rules(void)
{
	const struct flow device = { .to = address("10.9.9.9"), .oif = 10 };
	const struct flow mark = { .to = address("10.9.9.9"), .mark = MARK };
	const struct flow none = { .to = address("10.9.9.9") };
	const struct flow udp = { .to = address("10.9.9.9"), .protocol = IPPROTO_UDP, .to_port = 53 };
	const struct flow coming = { .to = address("10.9.9.9"), .iif = 3 };

	ok(decided((struct trip){ .flow = device, .found = { .table = 1 } }) == 1000 && passed == 1,
	   "l3mdev, behind the goto");
	ok(decided((struct trip){ .flow = mark, .found = { .table = 2 } }) == 900 && passed == 1,
	   "a mark, behind local, which has no route");
	ok(decided((struct trip){ .flow = mark, .found = { .error = -ENETUNREACH } }) == 901 && passed == 2,
	   "unreachable, behind the table");
	ok(decided((struct trip){ .flow = device, .found = { .error = -ENETUNREACH } }) == 2000, "unreachable of VRFs");
	ok(decided((struct trip){ .flow = none, .found = { .table = RT_TABLE_MAIN } }) == 32766 && passed == 1,
	   "main, and no rule of a VRF's is passed");
	ok(decided((struct trip){ .flow = udp, .found = { .table = 77 } }) == 500, "a protocol and a port");
	ok(decided((struct trip){ .flow = coming, .found = { .table = 1 } }) == 1000, "what comes in by a member");
	ok(decided((struct trip){ .flow = device,
				  .found = { .error = -EHOSTUNREACH },
				  .refusal = { .family = AF_INET },
				  .refusal_table = 1 }) == 1000,
	   "a route that says no");
	rules[2].suppress_length = 1;
	ok(decided((struct trip){ .flow = udp, .found = { .table = 77 }, .route = { .to = { .family = AF_INET } } }) ==
		   UINT32_MAX,
	   "one that suppresses a default");
	rules[2].suppress_length = 0;
	rules[2].uids = (struct uid_range){ 1000, 1000, true };
	ok(decided((struct trip){ .flow = udp, .found = { .table = 77 } }) == UINT32_MAX, "another user's rule");
	rules[2].uids = (struct uid_range){ 0 };
	rules[2].action = FR_ACT_PROHIBIT;
	ok(decided((struct trip){ .flow = udp, .found = { .error = -EACCES } }) == 500 && passed == 1,
	   "one that says no by itself");
	ok(decided((struct trip){ .flow = udp, .found = { .error = -EINVAL } }) == UINT32_MAX,
	   "... not in other words");
	rules[2].action = FR_ACT_TO_TBL;
}

/* A way that is good, in a VRF by device. */
static struct facts good(void)
{
	struct facts f = { .kernel = &kernel, .naming = &naming };
	struct hop_facts *hop = &f.trip.hop[0];

	f.place = (struct place){ .name = "red", .vrf = "red", .device = &links[3], .confined = true };
	target_parse("10.1.1.9:22", &f.target);
	f.trip.flow = (struct flow){
		.to = f.target.address, .from = address("10.1.1.1"), .oif = 10, .protocol = IPPROTO_TCP, .to_port = 22
	};
	f.trip.found = (struct found){ .type = RTN_UNICAST, .table = 1, .ways = 1, .way = { { .ifindex = 3 } } };
	f.trip.found.source = address("10.1.1.1");
	f.trip.route = f.trip.found;
	f.trip.route.to = (struct prefix){ .family = AF_INET, .len = 24, .addr = { 10, 1, 1 } };
	f.trip.hops = 1;
	*hop = (struct hop_facts){ .way = { .ifindex = 3 },
				   .out = &links[2],
				   .out_vrf = &links[3],
				   .neighbour = NUD_REACHABLE,
				   .out_device = DEVICE_OWN,
				   .out_prefix = PASSING_NONE,
				   .in = &links[2],
				   .in_vrf = &links[3],
				   .back = { .type = RTN_LOCAL },
				   .in_device = DEVICE_OWN,
				   .in_prefix = PASSING_NONE };
	return f;
}

/* The same by mark, out of eth0. */
static struct facts good_by_mark(void)
{
	struct facts f = good();
	struct hop_facts *hop = &f.trip.hop[0];

	f.place = (struct place){ .name = "blue", .vrf = "blue", .device = &links[4], .mark = MARK, .confined = true };
	f.trip.flow.oif = 0;
	f.trip.flow.mark = MARK;
	f.trip.found.table = f.trip.route.table = 2;
	hop->out = hop->in = &links[1];
	hop->out_vrf = hop->in_vrf = NULL;
	hop->out_device = hop->in_device = DEVICE_IN;
	hop->out_prefix = hop->in_prefix = PASS_ANY;
	return f;
}

/* The first line without its beginning; "" if it can. */
static void test_judge(const struct facts *f, const char *want, const char *remedy, const char *name)
{
	struct judgement j;
	const char *reason;
	unsigned int bad = 0;

	judge(f, &j);
	reason = j.can ? "" : strstr(j.answer, ": ");
	is(reason && *reason ? reason + 2 : reason, want, name);
	is(j.remedy, remedy, "... and what to do");
	for (size_t i = 0; i < j.count; i++)
		bad += j.step[i].state == STEP_BAD;
	ok(bad == !j.can, "... and the step that decides");
	judgement_free(&j);
}

static void test_no_way(void)
{
	struct facts f = good();

	f.trip.found = (struct found){ .error = -ENETUNREACH };
	test_judge(
		&f, "VRF red has no route there",
		"write a table-route to it in the stanza of red, if rc-vrf check does not say that one is missing; then ifup -f red",
		"no route");
	f.idle = &links[2];
	test_judge(
		&f, "VRF red has no route there",
		"eth1 is down, and has no routes: ifup -f eth1; if the way is not by that write a table-route to it in "
		"the stanza of red, then ifup -f red",
		"... since a member is down");
	f.idle_no_ipv6 = true;
	test_judge(
		&f, "VRF red has no route there",
		"eth1 has no IPv6, and has no routes: sysctl -w net.ipv6.conf.eth1.disable_ipv6=0, then ifup -f eth1; "
		"if the way is not by that write a table-route to it in the stanza of red, then ifup -f red",
		"... or has no IPv6");
	f.lists_none = true;
	test_judge(
		&f, "VRF red has no route there",
		"write nameserver ADDRESS to /etc/resolv.conf, or vrf-nameserver ADDRESS to the stanza of red, then ifup -f red",
		"... to this host, since resolv.conf names none");
	f.lists_none = false;
	f.trip.found.error = -EINVAL;
	test_judge(&f, "a blackhole says so, which the kernel does not show as a route",
		   "look at ip nexthop show for a blackhole, and for a route with nhid of it", "a nexthop");
	f.idle = NULL;
	f.trip.found.error = -EACCES;
	f.trip.refusal = (struct prefix){ .family = AF_INET, .len = 8, .addr = { 10 } };
	f.trip.refusal_table = 1;
	test_judge(
		&f, "route prohibit 10.0.0.0/8 of vrf red says so",
		"take that route out of the stanza of red, then ifup -f red; or ip route del prohibit 10.0.0.0/8 table 1",
		"a route that says no");
	f = good();
	f.place.refused = (char *)"there is no VRF red";
	f.place.cure = (char *)"ifup red";
	f.lists_none = true;
	test_judge(&f, "there is no VRF red", "ifup red", "no VRF");
	f = good();
	links[3].flags = 0;
	test_judge(&f, "red is down: nothing passes", "ifup -f red", "a VRF that is down");
	links[3].flags = UP;
	links[2].flags = IFF_UP;
	test_judge(&f, "eth1 has no carrier: nobody is at its other end",
		   "look at the cable of eth1, and whether its other end is up", "no carrier");
	links[2].flags = UP;
	f.trip.hop[0].neighbour = NUD_FAILED;
	test_judge(
		&f, "nobody answered for 10.1.1.9 at eth1 when it was asked for last",
		"look whether 10.1.1.9 is up, and whether it is behind eth1; the kernel asks again with the next packet",
		"a neighbour that does not answer");
	f = good();
	f.trip.flow.from.family = f.trip.found.source.family = 0;
	test_judge(&f, "VRF red has no IPv4 address to send from",
		   "write an address to the stanza of eth1, then ifup -f eth1", "no source");
}

static void test_filters(void)
{
	struct facts f = good();

	f.trip.hop[0].out_device = PASSING_NONE;
	test_judge(&f, "the filter of VRF red stops what leaves by eth1, which is none of its interfaces",
		   "rc-vrf sync", "a member that the filters do not know");
	f.place.confined = false;
	test_judge(&f, "", NULL, "... without filters");
	f = good_by_mark();
	test_judge(&f, "", NULL, "by mark");
	f.trip.hop[0].out_prefix = PASS_NONE;
	test_judge(&f, "the filter of VRF blue stops what leaves by eth0 to 10.1.1.9, which is in none of its networks",
		   "rc-vrf sync", "a prefix that the filters do not know");
}

static void test_replies(void)
{
	struct facts f = good();

	test_judge(&f, "", NULL, "by device");
	f.trip.hop[0].out = f.trip.hop[0].in = &links[1];
	f.trip.hop[0].out_vrf = f.trip.hop[0].in_vrf = NULL;
	test_judge(&f, "replies to 10.1.1.0/24 cannot arrive: eth0 is not a member of red",
		   "ifup -f red, if its stanza has vrf-bind mark; else write that to share eth0, or vrf-member red in "
		   "eth0's",
		   "an interface that is no member");
	f.trip.hop[0].back = (struct found){ .type = RTN_UNICAST };
	f.trip.hop[0].home = true;
	test_judge(&f, "", NULL, "... whose packets are forwarded");
	f.trip.hop[0].home = false;
	f.trip.hop[0].out = f.trip.hop[0].out_vrf = &links[4];
	f.trip.hop[0].in_vrf = &links[4];
	f.trip.hop[0].out_device = 0;
	f.trip.hop[0].out_prefix = PASS_ANY;
	f.trip.hop[0].on.type = RTN_UNICAST;
	f.trip.hop[0].on_out = &links[1];
	test_judge(&f, "replies to 10.1.1.0/24 arrive in VRF blue, which has no way back to red",
		   "write table-route 10.1.1.1 dev red in the stanza of blue, then ifup -f blue; and sysctl -w "
		   "net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1",
		   "another VRF");
	f = good_by_mark();
	f.trip.hop[0].back = (struct found){ .error = -EXDEV };
	test_judge(&f,
		   "replies from 10.1.1.0/24 are dropped: rp_filter of eth0 is 1, and the default VRF has another "
		   "way there",
		   "sysctl -w net.ipv4.conf.eth0.rp_filter=2", "a reverse path filter");
	f.trip.hop[0].back.error = -EINVAL;
	f.trip.hop[0].strict = true;
	test_judge(&f,
		   "replies from 10.1.1.0/24 are dropped: rp_filter of eth0 is 1, and the default VRF has another "
		   "way there",
		   "sysctl -w net.ipv4.conf.eth0.rp_filter=2", "... as later kernels tell it");
	f.trip.hop[0].strict_all = true;
	test_judge(&f,
		   "replies from 10.1.1.0/24 are dropped: rp_filter of all is 1, also for eth0, and the default VRF "
		   "has another way there",
		   "sysctl -w net.ipv4.conf.eth0.rp_filter=2", "... because of all");
	f = good_by_mark();
	f.trip.hop[0].out = f.trip.hop[0].in = &links[2];
	f.trip.hop[0].out_vrf = f.trip.hop[0].in_vrf = &links[3];
	test_judge(&f, "replies from 10.1.1.0/24 do not arrive: eth1 is a member of red",
		   "take that route out of its stanza, or vrf-member out of eth1's; then ifup -f both",
		   "a member of another VRF");
}

/* What the kernel answers itself: who asks it, and this host's own pings. */
/* In no VRF, by a member of one: pointed to an address of its link the socket is bound to that. */
static void test_default(void)
{
	struct facts f = good();
	struct judgement j;

	f.place = (struct place){ .name = "default" };
	f.trip.flow.oif = 0;
	judge(&f, &j);
	is(j.answer,
	   "the default VRF cannot reach 10.1.1.9 port 22 (tcp): replies come in by eth1, for the sockets of VRF red",
	   "in no VRF, by a member");
	judgement_free(&j);
	strcpy(f.target.dev, "eth1");
	f.target.address = f.trip.flow.to = address("fe80::9");
	f.trip.found.source = address("fe80::1");
	judge(&f, &j);
	ok(j.can, "... to an address of its link");
	judgement_free(&j);
}

static void test_pings(void)
{
	char said[128];
	struct inet_socket socket = { .family = AF_INET, .protocol = IPPROTO_TCP, .listening = true, .port = 22 };
	const struct inet_sockets sockets = { .socket = &socket, .count = 1 };
	struct listener listener = { .socket = NULL };
	struct facts f = good_by_mark();
	const struct facts own = good_by_mark();

	f.from = true;
	target_parse("10.1.1.9/icmp", &f.target);
	f.trip.flow.protocol = IPPROTO_ICMP;
	f.trip.accepts = true;
	f.trip.hop[0].in_device = f.trip.hop[0].out_device = PASSING_NONE;
	listener.trip = f.trip;
	f.listener = &listener;
	f.listeners = 1;
	test_judge(&f, "", NULL, "pings: the kernel answers, past the filters");
	f.no_pongs = true;
	test_judge(&f, "this host answers no pings", "sysctl -w net.ipv4.icmp_echo_ignore_all=0",
		   "pings: unless it is told not to");
	listener.trip.hop[0].in = &links[2];
	listener.trip.hop[0].in_vrf = &links[3];
	listener.trip.hop[0].back.type = RTN_UNICAST;
	test_judge(&f,
		   "packets to 10.1.1.1 do not arrive: it is none of this host's addresses for what comes in by eth1",
		   NULL, "pings: of another VRF");
	f = own;
	target_parse("10.1.1.1/icmp", &f.target);
	f.trip.flow.protocol = IPPROTO_ICMP;
	f.trip.flow.to = f.target.address;
	f.trip.found.type = f.trip.route.type = RTN_LOCAL;
	f.trip.hop[0].out = &links[0];
	f.trip.pong.type = RTN_LOCAL;
	test_judge(&f, "", NULL, "pings: to an own address");
	f.trip.pong = (struct found){ .error = -ENETUNREACH };
	snprintf(said, sizeof(said), "the kernel's answers, which have no mark, have no way to 10.1.1.1: %s",
		 strerror(ENETUNREACH));
	test_judge(&f, said, NULL, "pings: whose answer a rule stops that the mark passes");
	f.trip.pong = (struct found){ .type = RTN_UNICAST };
	test_judge(&f, "the kernel's answers, which have no mark, leave this host for 10.1.1.1", NULL,
		   "pings: whose answer a rule leads away");
	f.no_pongs = true;
	test_judge(&f, "this host answers no pings", "sysctl -w net.ipv4.icmp_echo_ignore_all=0",
		   "pings: to an own address, which answers none");
	f = own;
	f.sockets = &sockets;
	f.trip.found.type = f.trip.route.type = RTN_LOCAL;
	f.trip.hop[0].out = &links[0];
	f.trip.pong = (struct found){ .type = RTN_UNICAST };
	test_judge(&f, "answers leave this host for 10.1.1.1", NULL, "own answers that a rule leads away");
}

/* In no VRF: by the default VRF there is no way to who asks, by another one there is. */
static void test_from_two(void)
{
	struct inet_socket socket = { .family = AF_INET, .protocol = IPPROTO_TCP, .listening = true, .port = 22 };
	struct listener listener[2] = { { .socket = &socket }, { .socket = &socket, .by = &links[3] } };
	struct facts f = good();

	f.from = true;
	f.place = (struct place){ .name = "plain", .service = true };
	listener[1].trip = f.trip;
	listener[0].trip.flow = f.trip.flow;
	listener[0].trip.flow.oif = 0;
	listener[0].trip.found.error = -ENETUNREACH;
	f.listener = listener;
	f.listeners = 2;
	test_judge(&f, "tcp 0.0.0.0:22 is in no VRF, and packets come in by eth1, a member of VRF red",
		   "sysctl -w net.ipv4.tcp_l3mdev_accept=1, if it is to be reached from every VRF",
		   "from: the VRF by which it can be answered is told");
}

/* Its own, behind a route, and one that it was handed where that host's network is. */
static void test_from_near(void)
{
	struct inet_socket own = { .family = AF_INET, .protocol = IPPROTO_TCP, .listening = true, .port = 22 };
	struct inet_socket handed = own;
	struct listener listener[3] = { { .socket = &own }, { .socket = &handed, .near = true }, { .socket = &own } };
	struct facts f = good();
	struct judgement j;

	f.from = true;
	own.ifindex = handed.ifindex = 10;
	handed.port = 443;
	for (int i = 0; i < 3; i++)
		listener[i].trip = f.trip;
	f.listener = listener;
	f.listeners = 3;
	judge(&f, &j);
	is(j.answer, "10.1.1.9 port 22 (tcp) can reach VRF red at tcp 0.0.0.0:443", "from: what is near comes first");
	judgement_free(&j);
	listener[1].trip.found.error = -ENETUNREACH;
	judge(&f, &j);
	is(j.answer, "10.1.1.9 port 22 (tcp) can reach VRF red at tcp 0.0.0.0:22", "... if it can be reached");
	judgement_free(&j);
}

static void test_from(void)
{
	struct inet_socket socket = {
		.family = AF_INET, .protocol = IPPROTO_TCP, .listening = true, .port = 22, .ifindex = 10
	};
	struct listener listener = { .socket = &socket };
	struct facts f = good();

	f.from = true;
	listener.trip = f.trip;
	test_judge(&f, "nobody listens there", NULL, "from: nobody listens");
	f.listener = &listener;
	f.listeners = 1;
	test_judge(&f, "", NULL, "from: a socket bound to the VRF");
	socket.ifindex = 2;
	test_judge(&f, "tcp 0.0.0.0:22 is bound to eth0, and packets come in by eth1, a member of VRF red", NULL,
		   "from: one bound elsewhere");
	socket.ifindex = 0;
	test_judge(&f, "tcp 0.0.0.0:22 is in no VRF, and packets come in by eth1, a member of VRF red",
		   "sysctl -w net.ipv4.tcp_l3mdev_accept=1, if it is to be reached from every VRF",
		   "from: one in no VRF");
	listener.trip.hop[0].in = &links[1];
	listener.trip.hop[0].in_vrf = NULL;
	test_judge(
		&f, "packets from 10.1.1.9 do not arrive: they come in by eth0, which is not a member of red",
		"write vrf-bind mark in the stanza of red to share eth0, then ifup -f red; or vrf-member red in eth0's",
		"from: by an interface that is no member");
	listener.other = true;
	listener.place = (struct place){ .name = "svc", .service = true };
	test_judge(&f, "", NULL, "... of a process of the service that is in no VRF");
	socket.ifindex = 10;
	listener.handed = true;
	listener.place = f.place;
	listener.trip = f.trip;
	f.place = (struct place){ .name = "svc", .service = true, .running = true, .vrf = "blue", .device = &links[4] };
	test_judge(&f, "", NULL, "... of a service in another VRF, to which it was handed");
	listener.trip.hop[0].in = &links[1];
	listener.trip.hop[0].in_vrf = NULL;
	test_judge(
		&f, "packets from 10.1.1.9 do not arrive: they come in by eth0, which is not a member of red",
		"write vrf-bind mark in the stanza of red to share eth0, then ifup -f red; or vrf-member red in eth0's",
		"... what comes in elsewhere is not for it");
	listener.trip = f.trip;
	f.place.refused = (char *)"there is no VRF blue";
	test_judge(&f, "", NULL, "... whose own VRF is not there");
	listener.place.refused = (char *)"there is no VRF red";
	listener.place.cure = (char *)"ifup -f red";
	test_judge(&f, "there is no VRF red", "ifup -f red", "... the listener's is not there");
	f = good();
	f.from = true;
	f.listener = &listener;
	f.listeners = 1;
	socket.ifindex = 0;
	listener.other = listener.handed = false;
	listener.trip = f.trip;
	listener.trip.accepts = true;
	test_judge(&f, "", NULL, "... with tcp_l3mdev_accept");
	test_from_two();
	test_from_near();
}

static void test_own(void)
{
	struct inet_socket socket = {
		.family = AF_INET, .protocol = IPPROTO_TCP, .listening = true, .port = 22, .has_mark = true, .mark = 7
	};
	const struct inet_sockets sockets = { .socket = &socket, .count = 1 };
	struct deaf deaf = { .socket = &socket, .vrf = "blue" };
	struct facts f = good_by_mark();

	f.sockets = &sockets;
	f.trip.found.type = f.trip.route.type = RTN_LOCAL;
	f.trip.hop[0].out = &links[0];
	test_judge(&f, "", NULL, "own address: whoever listens hears it, whatever its mark is");
	f.deaf = &deaf;
	f.deafs = 1;
	test_judge(&f, "the filter of VRF blue keeps from tcp 0.0.0.0:22 what this host sends to its own addresses",
		   "write vrf-mark-local yes in the stanza of blue, if its services may be reached at this host's own "
		   "addresses; then ifup -f blue",
		   "... unless the filter of its own does not let it in");
	f.place = (struct place){ .name = "plain", .service = true };
	f.trip.flow.mark = 0;
	test_judge(&f, "the filter of VRF blue keeps from tcp 0.0.0.0:22 what this host sends to its own addresses",
		   "write vrf-mark-local yes in the stanza of blue, if its services may be reached at this host's own "
		   "addresses; then ifup -f blue",
		   "... asked by one in no VRF");
	deaf.mute = true;
	test_judge(&f, "VRF blue has no way by which tcp 0.0.0.0:22 can answer this host's own addresses",
		   "write vrf-mark-local yes in the stanza of blue, if its services may be reached at this host's own "
		   "addresses; then ifup -f blue",
		   "... or its answers have no way");
	socket.port = 23;
	test_judge(&f, "10.1.1.9 port 22 (tcp) is this host's own address in VRF default, and nobody listens there",
		   NULL, "... nobody listens");
}

int main(void)
{
	plan(35 + 2 + 12 + 4 + 3 * (11 + 4 + 8 + 8 + 12 + 5));
	test_targets();
	test_hosts();
	test_rules();
	test_no_way();
	test_filters();
	test_replies();
	test_default();
	test_pings();
	test_from();
	test_own();
	return tap_done();
}
