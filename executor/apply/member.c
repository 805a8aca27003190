/* SPDX-License-Identifier: ISC */
/* executor/apply/member.c - members of a VRF; see member.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/lease.h"
#include "executor/apply/lock.h"
#include "executor/apply/member.h"
#include "executor/apply/rule-apply.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/apply/table-apply.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/kernel/sysctl.h"
#include "executor/model/lack.h"
#include "executor/model/route.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "helpers/base/vrf.h"

/* Why this interface cannot be a member, or NULL. */
static const char *unfit(const struct link *link)
{
	if (!strcmp(link->name, "lo"))
		return "the loopback interface cannot be a member";
	if (link_is_vrf(link))
		return "a VRF cannot be a member";
	/* The port's traffic belongs to the bridge or bond, which is the member. */
	if (link->master && strcmp(link->port_kind, "vrf"))
		return "it is a port of a bridge or bond, which can be the member instead";
	return NULL;
}

/* By which command it comes, if by any. */
static int no_such_vrf(struct run *run, const char *name)
{
	char list[128] = "";
	struct values names = { 0 };
	struct failure ignored;
	size_t used = 0;

	if (interfaces_say(name, "vrf-table", NULL))
		return run_fail(run, "cannot enslave to %s: no such VRF (ifup -f %s)", name, name);
	if (!interfaces_list(&names, &ignored))
		for (size_t i = 0; i < names.count && used < sizeof(list); i++)
			if (interfaces_say(names.text[i], "vrf-table", NULL))
				used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "",
							 names.text[i]);
	values_free(&names);
	return run_fail(run,
			"cannot enslave to %s: no such VRF, and no stanza of that name has vrf-table (there is %s)",
			name, used ? list : "none");
}

static int check(struct run *run, const char *name, const struct link *vrf, const struct link *link)
{
	uint32_t mark;

	if (!vrf)
		return no_such_vrf(run, name);
	if (!link_is_vrf(vrf))
		return run_fail(run, "cannot enslave to %s: it is not a VRF but %s%s", name,
				vrf->kind[0] ? "of type " : "a network device", vrf->kind);
	if (link && unfit(link))
		return run_fail(run, "cannot enslave to %s: %s", name, unfit(link));
	if (!(vrf->flags & IFF_UP))
		return run_fail(run,
				interfaces_say(name, "vrf-table", NULL)
					? "cannot enslave to %s: it is down (ifup -f %s)"
					: "cannot enslave to %s: it is down (ip link set %s up)",
				name, name);
	if (rules_mark_of(run, vrf->table, &mark))
		return -1;
	if (mark)
		return run_fail(run, "cannot enslave to %s: it binds services by mark and has no members", name);
	return 0;
}

/* The kernel cycles the interface when its master changes and would drop its global IPv6 addresses. */
static int set_master(struct run *run, const struct link *link, const struct link *master)
{
	int keep = sysctl_keep_addresses(&run->nl, link->name, 1);
	int err = link_set_master(&run->nl, link, master);

	if (keep >= 0 && keep != 1)
		sysctl_keep_addresses(&run->nl, link->name, keep);
	return err;
}

/*
 * Out of every set first: of the VRF that it leaves, of those that lead to it.  If anything
 * fails from here on it stays out.  The sets come last.
 */
static int enslave(struct run *run, const struct link *link, const struct link *vrf)
{
	if (link->master == vrf->ifindex)
		return 0;
	if (services_leave(run, &link->ifindex, 1))
		return -1;
	if (set_master(run, link, vrf))
		return run_fail(run, "cannot enslave to %s: %s", vrf->name, netlink_words(&run->nl));
	return 0;
}

/*
 * Up comes a VLAN with its card, whoever sets that up (net/8021q/vlan.c, NETDEV_UP): one that was
 * released would answer in the default VRF.  Not if it is loose.
 */
static void wait_for_vrf(struct run *run, const struct link *link)
{
	bool loosens = !strcmp(link->kind, "vlan") && (!link->loose || link->loosened);

	if (loosens && !link->loose && link_set_loose(&run->nl, link, true)) {
		loosens = false;
		run_warn(run, "%s will come up with its card, in no VRF: cannot set loose_binding: %s", link->name,
			 netlink_words(&run->nl));
	}
	sysctl_wait_for_vrf(&run->nl, link->name, loosens ? VRF_TAG_WAITS_LOOSE : VRF_TAG_WAITS);
}

/* Once it is in its VRF it shall come with its card as ever. */
static int tighten(struct run *run, const struct link *link)
{
	if (!link->loosened)
		return 0;
	if (link_set_loose(&run->nl, link, false))
		return run_fail(run, "cannot set loose_binding of %s off: %s", link->name, netlink_words(&run->nl));
	sysctl_wait_for_vrf(&run->nl, link->name, VRF_TAG_WAITS);
	return 0;
}

static void wait_no_more(struct run *run, const struct link *link)
{
	if (tighten(run, link))
		run_warn(run, "%s", run->failure.text);
	sysctl_wait_for_vrf(&run->nl, link->name, 0);
}

/* In `up` it is there already, and its sets as well. */
static int enslave_one(struct run *run, const struct link *link, const struct link *vrf, bool last)
{
	int lock, err;

	if (last && link->master == vrf->ifindex)
		return 0;
	if (lock_take(run, &lock))
		return -1;
	err = enslave(run, link, vrf);
	/* Its own ifup brings all that it had. */
	if (!err)
		wait_no_more(run, link);
	/* Also for one that is there already: a run that was killed came no further. */
	if (!err)
		err = services_sync(run);
	lock_release(lock);
	return err;
}

/* *found: the device, or NULL if there is none of that name. */
static int look(struct run *run, const char *name, struct link *link, const struct link **found)
{
	/* The kernel has no longer names, and a word of its own for them (ERANGE). */
	int err = strlen(name) < IFNAMSIZ ? link_get(&run->nl, name, link) : -ENODEV;

	*found = err ? NULL : link;
	return err && err != -ENODEV ? run_fail(run, "cannot look at %s: %s", name, netlink_words(&run->nl)) : 0;
}

static void forget_lease(struct run *run)
{
	if (!netlink_mocked(&run->nl, NULL))
		lease_forget(run->iface);
}

int member_enslave(struct run *run, const char *name, bool last)
{
	const struct link *vrf, *link;
	struct link of_vrf, own;

	/* Whatever client there was, a fresh ifup begins without a lease; it comes in `up`. */
	if (!last)
		forget_lease(run);
	if (look(run, name, &of_vrf, &vrf) || look(run, run->iface, &own, &link) || check(run, name, vrf, link))
		return -1;
	if (link)
		return enslave_one(run, link, vrf, last);
	return last ? run_fail(run, "cannot enslave to %s: %s", name, strerror(ENODEV)) : 0;
}

static int release(struct run *run, const struct link *link, const struct link *vrf)
{
	if (link->flags & IFF_UP && link_set_up(&run->nl, link, false) && run->nl.error != ENODEV)
		return run_fail(run, "cannot set %s down: %s", link->name, netlink_words(&run->nl));
	if (link_set_master(&run->nl, link, NULL) && run->nl.error != ENODEV)
		return run_fail(run, "cannot release %s from %s: %s", link->name, vrf->name, netlink_words(&run->nl));
	return 0;
}

/* *master: of no kind if there is none, or no longer. */
static int look_at_master(struct run *run, const struct link *link, struct link *master)
{
	int err = link->master ? link_get_index(&run->nl, link->master, master) : -ENODEV;

	if (err)
		memset(master, 0, sizeof(*master));
	return err && err != -ENODEV
		       ? run_fail(run, "cannot look at the master of %s: %s", link->name, netlink_words(&run->nl))
		       : 0;
}

/* The sets once more at the end, for a vrf-exec that looked in between. */
static int release_one(struct run *run, const struct link *link, const struct link *vrf)
{
	int lock, err;

	if (lock_take(run, &lock))
		return -1;
	err = services_leave(run, &link->ifindex, 1) || release(run, link, vrf) || services_sync(run) ? -1 : 0;
	lock_release(lock);
	return err;
}

int member_release(struct run *run)
{
	struct link own, vrf;
	const struct link *link;
	int err = 0;

	forget_lease(run);
	if (look(run, run->iface, &own, &link))
		return -1;
	if (!link)
		return 0;
	if (look_at_master(run, &own, &vrf))
		return -1;
	if (link_is_vrf(&vrf))
		err = release_one(run, &own, &vrf);
	/* No longer one that waits for its VRF: members_take_back() must not find it. */
	sysctl_keep_addresses(&run->nl, own.name, 0);
	wait_no_more(run, &own);
	return err;
}

void member_keep_down(struct run *run)
{
	struct link link;

	if (!link_get(&run->nl, run->iface, &link))
		link_set_up(&run->nl, &link, false);
}

int members_release(struct run *run, const struct link *vrf, const struct links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->link[i];

		if (link->master != vrf->ifindex)
			continue;
		/* Both stay set: it keeps its addresses, and the next ifup of the VRF knows it again. */
		sysctl_keep_addresses(&run->nl, link->name, 1);
		wait_for_vrf(run, link);
		if (release(run, link, vrf))
			return -1;
	}
	return 0;
}

/* The last value of a keyword of another stanza; the caller frees `lines`. */
static const char *last_value(struct run *run, const char *iface, const char *keyword, struct values *lines)
{
	if (interfaces_query(iface, keyword, lines, &run->failure) || !lines->count)
		return NULL;
	return lines->text[lines->count - 1];
}

/* The default routes that the static executor made from `gateway`; they went down with the interface. */
static void restore_gateways(struct run *run, const struct link *link, const struct link *vrf)
{
	struct values gateways = { 0 }, metrics = { 0 };
	const char *metric = last_value(run, link->name, "metric", &metrics);
	uint32_t number = 1;
	char text[ROUTE_TEXT];

	if (metric)
		parse_u32(metric, &number);
	if (interfaces_query(link->name, "gateway", &gateways, &run->failure))
		run_report(run, "%s", run->failure.text);
	for (size_t i = 0; i < gateways.count; i++) {
		struct hop hop = { .ifindex = link->ifindex };
		struct route route = { .type = RTN_UNICAST,
				       .protocol = RTPROT_BOOT,
				       .table = vrf->table,
				       .metric = number,
				       .hops = 1,
				       .hop = &hop };
		char *rest = gateways.text[i], *word = next_word(&rest);

		if (!word || !parse_address(word, &hop.via))
			continue;
		route.dst.family = hop.via.family;
		strcpy(hop.dev, link->name);
		if (route_add(&run->nl, &route) && run->nl.error != EEXIST)
			run_report(run, "cannot add route %s: %s", route_text(&route, text), netlink_words(&run->nl));
	}
	values_free(&gateways);
	values_free(&metrics);
}

/* Down and released, as members_release() leaves it; up, it is what somebody has made of it since. */
static bool is_released(const struct link *link)
{
	return !link->master && !(link->flags & IFF_UP) && !unfit(link);
}

bool member_is_missing(const struct link *link, const struct link *vrf)
{
	return link->waits && (link->master == vrf->ifindex || is_released(link)) &&
	       interfaces_say(link->name, "vrf-member", vrf->name);
}

/* The VRF that a member comes back to now, or NULL: a VLAN of another VRF comes with its card. */
static const struct link *home_of(const struct link *link, const struct link *vrf, const struct links *links)
{
	const struct link *master = links_by_index(links, link->master);

	if (member_is_missing(link, vrf))
		return vrf;
	return link->waits && master && master != vrf && link_is_vrf(master) && !(link->flags & IFF_UP) ? master : NULL;
}

/* What takes part in one return. */
struct returning {
	const struct link *link, *home;
	bool up;
};

/* Each that can: how many more are up.  A VLAN can when its card is. */
static size_t set_up_each(struct run *run, struct returning *all, size_t n)
{
	size_t came = 0;

	for (size_t i = 0; i < n; i++) {
		if (all[i].up || link_set_up(&run->nl, all[i].link, true))
			continue;
		all[i].up = true;
		came++;
	}
	return came;
}

/* What it had beside its addresses; a member of another VRF waits for no post-up of that one. */
static void restore(struct run *run, const struct returning *one, const struct link *vrf)
{
	const struct link *link = one->link, *home = one->home;
	const bool failed = run->failed;

	run->failed = false;
	restore_gateways(run, link, home);
	lease_restore(run, home, link);
	if (table_apply_of(run, link->name, home->name, home->table, link->name) ||
	    (home != vrf && table_apply_of(run, home->name, home->name, home->table, link->name)))
		run_report(run, "%s", run->failure.text);
	if (!run->failed) {
		sysctl_keep_addresses(&run->nl, link->name, 0);
		sysctl_wait_for_vrf(&run->nl, link->name, 0);
	}
	/* A failure here would keep the VRF's routes back: members_report() tells, by the mark that stays. */
	run->failed = failed;
}

/*
 * All are enslaved before the first is set up: with a card the kernel sets its VLANs up, and one
 * that was no member yet would answer in the default VRF.
 */
int members_take_back(struct run *run, const struct link *vrf, const struct links *links)
{
	struct returning *all = lack_noted(calloc(links->count + 1, sizeof(*all)));
	size_t n = 0;

	if (!all)
		return run_fail(run, "no memory");
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->link[i];
		const struct link *home = link->waits ? home_of(link, vrf, links) : NULL;

		if (!home)
			continue;
		if (enslave(run, link, home) || tighten(run, link))
			run_warn(run, "%s does not come back: %s", link->name, run->failure.text);
		else
			all[n++] = (struct returning){ .link = link, .home = home };
	}
	while (set_up_each(run, all, n))
		;
	for (size_t i = 0; i < n; i++) {
		if (all[i].up)
			restore(run, &all[i], vrf);
		else if (all[i].home == vrf && link_set_up(&run->nl, all[i].link, true))
			run_warn(run, "%s does not come back: cannot set it up: %s", all[i].link->name,
				 netlink_words(&run->nl));
	}
	free(all);
	return 0;
}

int members_report(struct run *run)
{
	const struct link *vrf;
	struct links links;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	vrf = links_by_name(&links, run->iface);
	for (size_t i = 0; vrf && i < links.count; i++) {
		const struct link *link = &links.link[i];

		if (member_is_missing(link, vrf))
			run_report(run, "%s is not back (ifup -f %s)", link->name, link->name);
		else if (link->waits && is_released(link) && !interfaces_say(link->name, "vrf-member", NULL) &&
			 interfaces_have(link->name))
			run_warn(run, "%s went down with its VRF, and is a member of none any more (ifup -f %s)",
				 link->name, link->name);
	}
	links_free(&links);
	return 0;
}
