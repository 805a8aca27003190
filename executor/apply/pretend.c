/* SPDX-License-Identifier: ISC */
/* executor/apply/pretend.c - with MOCK: what the phases before this one would have made; see pretend.h. */
#include <string.h>

#include "executor/apply/pretend.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/mock.h"
#include "executor/stanza/stanza.h"

enum { VRF_INDEX = 1, MEMBER_INDEX };

/* It is down: `up` has something to do. */
static void pretend_vrf(struct run *run, const char *name, uint32_t table, bool up)
{
	struct link vrf;

	if (!link_add_vrf(&run->nl, name, table, VRF_INDEX) && up && !link_get(&run->nl, name, &vrf))
		link_set_up(&run->nl, &vrf, true);
}

static void pretend_member(struct run *run, const char *vrf_name, bool enslaved)
{
	struct source from = { .iface = vrf_name, .own = false };
	struct failure ignored = { 0 };
	struct link vrf, member;
	struct vrf_options o;

	if (stanza_vrf(&from, &o, &ignored))
		o.table = 0;
	pretend_vrf(run, vrf_name, o.table, true);
	if (!mock_link(&run->nl, run->iface, MEMBER_INDEX, enslaved ? "vrf" : NULL) && enslaved &&
	    !link_get(&run->nl, vrf_name, &vrf) && !link_get(&run->nl, run->iface, &member))
		link_set_master(&run->nl, &member, &vrf);
}

static void pretend_any(struct run *run)
{
	struct link vrf;

	pretend_vrf(run, "vrf", 0, true);
	if (!link_get(&run->nl, "vrf", &vrf))
		address_add(&run->nl, &vrf, "127.0.0.1/8");
}

void pretend(struct run *run, const char *phase)
{
	struct source own = { .iface = run->iface, .own = true };
	struct failure ignored = { 0 };
	struct vrf_options o;

	if (stanza_vrf(&own, &o, &ignored))
		return;
	mock_before(&run->nl, true);
	if (!strcmp(run->iface, "lo"))
		pretend_any(run);
	else if (o.is_vrf && strcmp(phase, "create"))
		pretend_vrf(run, run->iface, o.table, false);
	else if (o.member[0])
		pretend_member(run, o.member, strcmp(phase, "pre-up"));
	mock_before(&run->nl, false);
}
