/* SPDX-License-Identifier: ISC */
/* tests/unit/mock_test.c - the kernel of MOCK has what it was told, and not what it was told to delete. */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/mock.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "tests/unit/tap.h"

static void test_links(struct netlink *nl)
{
	struct link vrf, member, none;
	struct links links;

	ok(link_get(nl, "red", &vrf) == -ENODEV, "nothing is there");
	ok(!link_add_vrf(nl, "red", 10, 0) && !link_get(nl, "red", &vrf), "a VRF is there once it is added");
	ok(link_is_vrf(&vrf) && vrf.table == 10 && vrf.ifindex && !(vrf.flags & IFF_UP), "as it was told, and down");
	ok(!link_set_up(nl, &vrf, true) && !link_get_index(nl, vrf.ifindex, &vrf) && vrf.flags & IFF_UP, "set up");
	ok(!mock_link(nl, "eth0", 7, NULL) && !link_get(nl, "eth0", &member) && member.ifindex == 7 && !member.kind[0],
	   "a device of no kind");
	ok(!link_set_master(nl, &member, &vrf) && !link_get(nl, "eth0", &member) && member.master == vrf.ifindex,
	   "a member");
	ok(!link_set_master(nl, &member, NULL) && !link_get(nl, "eth0", &member) && !member.master, "released");
	ok(!links_get(nl, &links) && links.count == 2 && links.any && links_by_table(&links, 10), "both are listed");
	links_free(&links);
	ok(!link_del_vrf(nl, &vrf) && link_get(nl, "red", &none) == -ENODEV && !link_get(nl, "eth0", &member),
	   "one goes, the other stays");
}

static void test_rules(struct netlink *nl)
{
	struct rule rule = {
		.family = AF_INET, .has_pref = true, .pref = 1000, .action = FR_ACT_UNREACHABLE, .l3mdev = true
	};
	struct rules rules;

	/* behind that which is there from the start */
	ok(!rule_add(nl, &rule) && !rules_get(nl, AF_INET, &rules) && rules.count == 2 && rules.rule[1].pref == 1000,
	   "a rule is there once it is added");
	rules_free(&rules);
	ok(!rules_get(nl, AF_INET6, &rules) && rules.count == 1, "in its family alone");
	rules_free(&rules);
	ok(!rule_del(nl, &rule) && !rules_get(nl, AF_INET, &rules) && rules.count == 1, "and gone once it is deleted");
	rules_free(&rules);
}

static void test_routes(struct netlink *nl)
{
	struct route route = {
		.type = RTN_UNREACHABLE, .table = 10, .metric = 4278198272, .dst = { .family = AF_INET }
	};
	struct routes routes;

	ok(!route_add(nl, &route) && !routes_get(nl, 10, NULL, &routes) && routes.count == 1, "a route");
	routes_free(&routes);
	ok(!routes_get(nl, 11, NULL, &routes) && !routes.count, "in its table alone");
	routes_free(&routes);
}

static void test_addresses(struct netlink *nl)
{
	struct link eth0;
	struct addresses all;

	ok(!link_get(nl, "eth0", &eth0) && !address_add(nl, &eth0, "127.0.0.1/8") && !addresses_get(nl, 0, &all) &&
		   all.count == 1 && all.address[0].ifindex == 7,
	   "an address");
	addresses_free(&all);
}

int main(void)
{
	struct netlink nl;

	plan(15);
	if (netlink_open(&nl, "echo", false))
		return 1;
	/* no line is printed */
	mock_before(&nl, true);
	test_links(&nl);
	test_rules(&nl);
	test_routes(&nl);
	test_addresses(&nl);
	netlink_close(&nl);
	return tap_done();
}
