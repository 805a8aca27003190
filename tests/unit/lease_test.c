/* SPDX-License-Identifier: ISC */
/* tests/unit/lease_test.c - what a DHCP lease says: each form, each refusal, and what stands behind it. */
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "executor/apply/lease.h"
#include "tests/unit/tap.h"

static char said[1024]; /* the routes, as ip-route(8) takes them, and the refusals, in order */
static bool alike;      /* each has what all have in common */

static void say(const char *line)
{
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s%s", *said ? "\n" : "", line);
}

static void read_lease(const char *words, bool classless, uint32_t metric)
{
	char text[512], line[ROUTE_TEXT];
	struct lease lease = { .rest = text, .classless = classless };
	struct route route;
	struct failure why;
	int more;

	lease.route = (struct route){ .type = RTN_UNICAST, .protocol = RTPROT_DHCP, .table = 7, .metric = metric };
	strcpy(lease.hop.dev, "eth1");
	lease.hop.ifindex = 3;
	snprintf(text, sizeof(text), "%s", words);
	said[0] = '\0';
	alike = true;
	while ((more = lease_next(&lease, &route, &why))) {
		if (more < 0) {
			say(why.text);
			continue;
		}
		say(route_text(&route, line));
		alike &= route.protocol == RTPROT_DHCP && route.dst.family == AF_INET && route.hop[0].ifindex == 3;
	}
	if (!alike)
		say("not alike");
}

static void routes_are(const char *words, const char *want)
{
	read_lease(words, true, 0);
	is(said, want, words);
}

static void routers_are(const char *words, const char *want)
{
	read_lease(words, false, 0);
	is(said, want, words);
}

#define NONE(what) "cannot add route " what " of the lease: no such address"

static void routes(void)
{
	read_lease(" \t", true, 0);
	is(said, "", "no routes");
	routes_are("default 10.20.40.1", "default via 10.20.40.1 dev eth1 onlink table 7");
	routes_are("0.0.0.0/0 10.20.40.1", "default via 10.20.40.1 dev eth1 onlink table 7");
	routes_are("10.0.0.0/8 10.20.40.1", "10.0.0.0/8 via 10.20.40.1 dev eth1 onlink table 7");
	routes_are("  10.0.0.1\t10.20.40.1 ", "10.0.0.1 via 10.20.40.1 dev eth1 onlink table 7");
	/* the network is on the link */
	routes_are("10.0.0.0/8 0.0.0.0", "10.0.0.0/8 dev eth1 table 7");
	routes_are("default 0.0.0.0", "default dev eth1 table 7");
	routes_are("10.0.0.0/8 0.0.0.0 default 10.20.40.1 192.0.2.0/24 10.20.40.2",
		   "10.0.0.0/8 dev eth1 table 7\n"
		   "default via 10.20.40.1 dev eth1 onlink table 7\n"
		   "192.0.2.0/24 via 10.20.40.2 dev eth1 onlink table 7");
	read_lease("10.0.0.0/8 10.20.40.1 default 10.20.40.1", true, 300);
	is(said,
	   "10.0.0.0/8 via 10.20.40.1 dev eth1 onlink table 7 metric 300\n"
	   "default via 10.20.40.1 dev eth1 onlink table 7 metric 300",
	   "they have the same metric");
}

static void routers(void)
{
	read_lease("", false, 0);
	is(said, "", "no routers");
	routers_are("10.20.40.1", "default via 10.20.40.1 dev eth1 onlink table 7");
	routers_are("10.20.40.1 10.20.40.2  10.20.40.3", "default via 10.20.40.1 dev eth1 onlink table 7\n"
							 "default via 10.20.40.2 dev eth1 onlink table 7 metric 1\n"
							 "default via 10.20.40.3 dev eth1 onlink table 7 metric 2");
	read_lease("10.20.40.1 10.20.40.2", false, 300);
	is(said,
	   "default via 10.20.40.1 dev eth1 onlink table 7 metric 300\n"
	   "default via 10.20.40.2 dev eth1 onlink table 7 metric 301",
	   "from the stanza's metric on");
	/* one that is refused is none of them */
	routers_are("10.20.40.1 router 10.20.40.2",
		    "default via 10.20.40.1 dev eth1 onlink table 7\n" NONE(
			    "default via router") "\n"
						  "default via 10.20.40.2 dev eth1 onlink table 7 metric 1");
	routers_are("10.20.40.1/24", NONE("default via 10.20.40.1/24"));
	routers_are("fe80::1 10.20.40.1", NONE("default via fe80::1") "\n"
								      "default via 10.20.40.1 dev eth1 onlink table 7");
}

/* Two words are read at a time, so that what stands behind them is taken for what it is. */
static void refused(void)
{
	static const char good[] = "192.0.2.0/24 via 10.20.40.2 dev eth1 onlink table 7";
	static const struct {
		const char *words, *what;
	} bad[] = {
		{ "10.0.0.0/33 10.20.40.1", "10.0.0.0/33 via 10.20.40.1" },
		{ "10.0.0.1/8 10.20.40.1", "10.0.0.1/8 via 10.20.40.1" },
		{ "10.0.0/8 10.20.40.1", "10.0.0/8 via 10.20.40.1" },
		{ "Default 10.20.40.1", "Default via 10.20.40.1" },
		{ "10.0.0.0/8 default", "10.0.0.0/8 via default" },
		{ "10.0.0.0/8 10.20.40.256", "10.0.0.0/8 via 10.20.40.256" },
		{ "10.0.0.0/8 10.20.40.1/32", "10.0.0.0/8 via 10.20.40.1/32" },
		{ "10.0.0.0/8 fe80::1", "10.0.0.0/8 via fe80::1" },
		{ "fd00::/8 10.20.40.1", "fd00::/8 via 10.20.40.1" },
		{ "fd00::/8 fe80::1", "fd00::/8 via fe80::1" },
		{ "fd00::/8 ::", "fd00::/8 via ::" },
		{ "$(reboot) ;", "$(reboot) via ;" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char words[256], want[256];

		snprintf(words, sizeof(words), "%s 192.0.2.0/24 10.20.40.2", bad[i].words);
		snprintf(want, sizeof(want), NONE("%s") "\n%s", bad[i].what, good);
		routes_are(words, want);
	}
	routes_are("192.0.2.0/24 10.20.40.2 10.0.0.0/8",
		   "192.0.2.0/24 via 10.20.40.2 dev eth1 onlink table 7\n" NONE("10.0.0.0/8 via nothing"));
}

int main(void)
{
	plan(29);
	routes();
	routers();
	refused();
	return tap_done();
}
