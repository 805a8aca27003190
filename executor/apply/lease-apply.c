/* SPDX-License-Identifier: ISC */
/* executor/apply/lease-apply.c - the routes of a DHCP lease in a VRF's table; see lease.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/lease.h"
#include "executor/apply/run.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/lack.h"
#include "executor/model/prefix.h"
#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"

const struct link *lease_vrf(const struct run *run, const struct links *links)
{
	const struct link *own = links_by_name(links, run->iface);
	const struct link *master = own ? links_by_index(links, own->master) : NULL;

	return master && link_is_vrf(master) ? master : NULL;
}

/* `metric` of the interface's stanza: hooks do not get it from every client. */
static uint32_t metric_of(const char *iface)
{
	struct values lines = { 0 };
	struct failure ignored = { 0 };
	uint32_t metric = 0;

	if (!interfaces_query(iface, "metric", &lines, &ignored) && lines.count)
		parse_u32(lines.text[lines.count - 1], &metric);
	values_free(&lines);
	return metric;
}

/* The routes that words->text says, which is written to. */
static int read_lease(struct run *run, const struct lease_words *words, const struct link *vrf,
		      const struct link *member, struct routes *want)
{
	struct lease lease = { .rest = words->text, .classless = words->classless };
	struct route route;
	struct failure why;
	int more, err = 0;

	lease.route = (struct route){ .type = RTN_UNICAST,
				      .protocol = RTPROT_DHCP,
				      .table = vrf->table,
				      .metric = *words->text ? metric_of(member->name) : 0 };
	memcpy(lease.hop.dev, member->name, sizeof(member->name));
	lease.hop.ifindex = member->ifindex;
	while (!err && (more = lease_next(&lease, &route, &why))) {
		if (more < 0)
			run_report(run, "%s", why.text);
		else
			err = routes_add(want, &route);
	}
	return err ? run_fail(run, "%s", strerror(ENOMEM)) : 0;
}

static void apply_one(struct run *run, const struct route *want, const struct routes *have)
{
	const struct route *there = NULL;
	char text[ROUTE_TEXT];
	int err;

	for (size_t i = 0; i < have->count && (!there || there->protocol == RTPROT_DHCP); i++)
		if (route_same_place(want, &have->route[i]))
			there = &have->route[i];
	/* What somebody wrote down himself comes before what a server says. */
	if (there && (there->protocol != RTPROT_DHCP || route_equal(want, there)))
		return;
	err = there ? route_replace(&run->nl, want) : route_add(&run->nl, want);
	if (err)
		run_report(run, "cannot add route %s: %s", route_text(want, text), netlink_words(&run->nl));
}

static void delete_one(struct run *run, const struct route *route)
{
	char text[ROUTE_TEXT];

	if (route_del(&run->nl, route) && run->nl.error != ESRCH && run->nl.error != ENODEV)
		run_report(run, "cannot delete route %s: %s", route_text(route, text), netlink_words(&run->nl));
}

static bool is_wanted(const struct route *route, const struct routes *want)
{
	for (size_t i = 0; i < want->count; i++)
		if (route_same_place(route, &want->route[i]))
			return true;
	return false;
}

static int reconcile(struct run *run, const struct link *vrf, const struct links *links, const struct routes *want)
{
	struct routes have;

	if (routes_get(&run->nl, vrf->table, links, &have))
		return run_fail(run, "cannot list the routes of table %u: %s", vrf->table, netlink_words(&run->nl));
	for (size_t i = 0; i < want->count; i++)
		apply_one(run, &want->route[i], &have);
	for (size_t i = 0; i < have.count; i++)
		if (have.route[i].protocol == RTPROT_DHCP && have.route[i].dst.family == AF_INET &&
		    route_names(&have.route[i], run->iface) && !is_wanted(&have.route[i], want))
			delete_one(run, &have.route[i]);
	routes_free(&have);
	return 0;
}

/* Is it what a client makes of this lease? A default route by some other gateway is somebody's own. */
static bool is_clients(const struct run *run, const struct route *route, const struct routes *want)
{
	if (route->dst.len || !route_names(route, run->iface) ||
	    (route->protocol != RTPROT_DHCP && route->protocol != RTPROT_BOOT))
		return false;
	for (size_t i = 0; i < want->count; i++)
		if (!want->route[i].dst.len && prefix_equal(&want->route[i].hop[0].via, &route->hop[0].via))
			return true;
	return false;
}

/* The default VRF would send through the member what it has no other route for. */
static int clear_main(struct run *run, const struct links *links, const struct routes *want)
{
	struct routes have;
	bool any = false;

	if (routes_get(&run->nl, RT_TABLE_MAIN, links, &have))
		return run_fail(run, "cannot list the routes of table main: %s", netlink_words(&run->nl));
	for (size_t i = 0; i < have.count; i++) {
		if (!is_clients(run, &have.route[i], want))
			continue;
		delete_one(run, &have.route[i]);
		any = true;
	}
	if (any)
		run_warn(run, "the DHCP client had put its default route into the main table for a moment; "
			      "interfaces-vrf(5) says how to keep it from that");
	routes_free(&have);
	return 0;
}

static int take_words(struct run *run, struct lease_words *words)
{
	const char *routes = env_get("LEASE_ROUTES");
	const char *given = routes ? routes : env_get("LEASE_ROUTERS");

	words->classless = routes;
	words->text = lack_noted(strdup(given ? given : ""));
	return words->text ? 0 : run_fail(run, "%s", strerror(ENOMEM));
}

int lease_apply(struct run *run, const struct link *vrf, const struct links *links)
{
	struct routes want = { 0 };
	struct lease_words words;
	int err;

	if (take_words(run, &words))
		return -1;
	/* Before the routes: a VRF that comes back in between reads it. */
	err = lease_keep(run->iface, &words);
	if (err)
		run_warn(run, "cannot keep the lease for when %s comes back: %s", vrf->name, strerror(-err));
	err = read_lease(run, &words, vrf, links_by_name(links, run->iface), &want) ||
	      reconcile(run, vrf, links, &want) || clear_main(run, links, &want);
	routes_free(&want);
	free(words.text);
	return err ? -1 : 0;
}

void lease_restore(struct run *run, const struct link *vrf, const struct link *member)
{
	struct routes want = { 0 }, have = { 0 };
	struct lease_words words;
	const bool failed = run->failed;

	if (!lease_kept(member->name, &words))
		return;
	if (read_lease(run, &words, vrf, member, &want))
		run_report(run, "%s", run->failure.text);
	else if (want.count && routes_get(&run->nl, vrf->table, NULL, &have))
		run_report(run, "cannot list the routes of table %u: %s", vrf->table, netlink_words(&run->nl));
	else
		for (size_t i = 0; i < want.count; i++)
			apply_one(run, &want.route[i], &have);
	/* Words of a server's are reported, but must not keep the VRF from coming up. */
	run->failed = failed;
	routes_free(&want);
	routes_free(&have);
	free(words.text);
}
