/* SPDX-License-Identifier: ISC */
/* tests/unit/asked_test.c - to which rules what a VRF's services send can come. */
#include <stdlib.h>

#include "helpers/base/vrf.h"
#include "openrc/state/asked.h"
#include "tests/unit/tap.h"

static struct link devices[] = { { .ifindex = 1, .name = "lo" },
				 { .ifindex = 2, .name = "eth0" },
				 { .ifindex = 10, .name = "red", .kind = "vrf", .table = 10 },
				 { .ifindex = 3, .name = "eth1", .master = 10 },
				 { .ifindex = 20, .name = "blue", .kind = "vrf", .table = 20 } };
static struct vrf red = { .link = &devices[2] }, blue = { .link = &devices[4], .mark = 0x56000014 };
static struct kernel k = { .links = { devices, 5 } };

static void add(struct rule r)
{
	r.family = AF_INET;
	if (rules_add(&k.rules[0], &r))
		exit(1);
}

static struct rule lookup(uint32_t pref, uint32_t table)
{
	return (struct rule){ .action = FR_ACT_TO_TBL, .pref = pref, .table = table };
}

/* The preferences: "0 1000 2000" */
static const char *asked(const struct vrf *vrf)
{
	const struct rule *all[64];
	static char text[256];
	size_t count = rules_asked(&k, vrf, AF_INET, all);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		sprintf(text + strlen(text), "%s%u", i ? " " : "", all[i]->pref);
	return text;
}

/* As the executors make them. */
static void usual(void)
{
	struct rule r = { .action = FR_ACT_GOTO, .l3mdev = true, .target = 1000 };

	add(r);
	add(lookup(0, RT_TABLE_LOCAL));
	r = lookup(900, 20);
	r.fwmark = 0x56000014;
	r.fwmask = UINT32_MAX;
	r.protocol = VRF_PROTOCOL;
	strcpy(r.iif, "lo");
	add(r);
	r.action = FR_ACT_UNREACHABLE;
	r.pref = 901;
	add(r);
	add((struct rule){ .action = FR_ACT_TO_TBL, .l3mdev = true, .pref = 1000 });
	add((struct rule){ .action = FR_ACT_UNREACHABLE, .l3mdev = true, .pref = 2000 });
	add(lookup(32766, RT_TABLE_MAIN));
}

static void insert(size_t at, struct rule r)
{
	add(r);
	r = k.rules[0].rule[k.rules[0].count - 1];
	memmove(&k.rules[0].rule[at + 1], &k.rules[0].rule[at], (k.rules[0].count - 1 - at) * sizeof(r));
	k.rules[0].rule[at] = r;
}

static void again(void)
{
	rules_free(&k.rules[0]);
	usual();
}

int main(void)
{
	struct rule r;

	plan(14);
	usual();
	is(asked(&red), "0 1000 2000", "a device's: goto passes local by, and nothing comes behind unreachable");
	is(asked(&blue), "0 900 901", "a mark's: local and its own");

	r = lookup(1500, 77);
	r.from = (struct prefix){ .family = AF_INET, .len = 32, .addr = { 192, 0, 2, 7 } };
	insert(5, r);
	is(asked(&red), "0 1000 1500 2000", "what may match, between");
	is(asked(&blue), "0 900 901", "a mark's lookups have ended before");

	/* A table with a default of any kind has an answer to everything. */
	struct route end = { .type = RTN_UNREACHABLE, .table = 10, .dst = { .family = AF_INET } };
	red.routes = (struct routes){ .route = &end, .count = 1 };
	is(asked(&red), "0 1000", "nothing comes behind a table that ends");
	end.type = RTN_THROW;
	is(asked(&red), "0 1000 1500 2000", "but by a throw");
	end.type = RTN_UNREACHABLE;
	end.dst.family = AF_INET6;
	is(asked(&red), "0 1000 1500 2000", "... and of the other family");
	red.routes = (struct routes){ 0 };

	again();
	r = lookup(1500, 77);
	strcpy(r.iif, "eth0");
	insert(5, r);
	is(asked(&red), "0 1000 2000", "another interface's");
	strcpy(k.rules[0].rule[5].iif, "eth1");
	is(asked(&red), "0 1000 1500 2000", "a member's");
	strcpy(k.rules[0].rule[5].iif, "");
	strcpy(k.rules[0].rule[5].oif, "red");
	is(asked(&red), "0 1000 1500 2000", "its own");

	again();
	r = lookup(500, 77);
	r.fwmark = 7;
	r.fwmask = 0xff;
	insert(2, r);
	is(asked(&blue), "0 900 901", "another mark");
	k.rules[0].rule[2].fwmark = 0x14;
	is(asked(&blue), "0 500 900 901", "a part of its own");

	again();
	k.rules[0].rule[5].uids = (struct uid_range){ 0, 0, true };
	is(asked(&red), "0 1000 2000 32766", "unreachable for some users is not the end");
	again();
	k.rules[0].rule[0].target = 99999;
	is(asked(&red), "0", "goto behind all");
	return tap_done();
}
