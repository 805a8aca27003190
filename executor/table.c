/* SPDX-License-Identifier: ISC */
/*
 * executor/table.c - routes and rules in any table: table-route, table-rule,
 * table-route-file, table-id.  The if-post-up.d script and the hooks of the
 * DHCP clients call it with PHASE=reapply, PHASE=lease and PHASE=unlease, the
 * one in if-post-down.d with PHASE=sweep.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/apply/device.h"
#include "executor/apply/lease.h"
#include "executor/apply/lock.h"
#include "executor/apply/member.h"
#include "executor/apply/names.h"
#include "executor/apply/route-bulk.h"
#include "executor/apply/rule-apply.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/apply/sweep.h"
#include "executor/apply/table-apply.h"
#include "executor/executor.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/prefix.h"
#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/stanza.h"
#include "helpers/confine/names.h"

/* The VRF whose table this stanza's routes go to by default, or NULL. */
static const char *vrf_of(const struct run *run, const struct vrf_options *o)
{
	if (o->is_vrf)
		return run->iface;
	return o->member[0] ? o->member : NULL;
}

/* The table of the VRF that it is a member of, 0: not there. */
static uint32_t table_of_vrf(struct run *run, const char *name)
{
	struct link link;

	return !link_get(&run->nl, name, &link) && link_is_vrf(&link) ? link.table : 0;
}

static int read_stanza(struct run *run, struct vrf_options *vrf, struct table_options *table)
{
	struct source own = { .iface = run->iface, .own = true };

	if (stanza_vrf(&own, vrf, &run->failure) || stanza_table(&own, vrf->table, table, &run->failure))
		return -1;
	if (vrf->member[0])
		table_options_fill(table, table_of_vrf(run, vrf->member));
	return 0;
}

/* Without table-id and outside every VRF a route would silently end in main. */
static int check_tables(struct run *run, const struct table_options *o)
{
	char text[ROUTE_TEXT];

	for (size_t i = 0; i < o->routes.count; i++)
		if (!o->routes.route[i].table)
			return run_fail(run, "table-route \"%s\" has no table: say table T, table-id or vrf-member",
					route_text(&o->routes.route[i], text));
	for (size_t i = 0; i < o->rules.count; i++)
		if (rule_needs_table(&o->rules.rule[i]))
			return run_fail(run, "table-rule \"%s\" has no table: say table T, table-id or vrf-member",
					rule_text(&o->rules.rule[i], text));
	if (o->file && !o->table)
		return run_fail(run, "table-route-file \"%s\" has no table: say table-id or vrf-member", o->file);
	return 0;
}

static int create(struct run *run)
{
	struct table_options table;
	struct vrf_options vrf;
	int err;

	if (read_stanza(run, &vrf, &table))
		return -1;
	/* A member's VRF may come later than this check. */
	err = stanza_derives(run->iface, &vrf, &table, &run->failure);
	if (!err && !vrf_of(run, &vrf))
		err = check_tables(run, &table);
	if (!err && table.file)
		err = route_file_check(table.file, &run->failure);
	table_options_free(&table);
	return err;
}

/*
 * Routes and rules change under the lock: what they take out of the sets of VRFs
 * (executor/apply/table-apply.h) does not come back before all is done.
 */
static int post_up(struct run *run)
{
	struct table_options table;
	struct vrf_options vrf;
	struct selection scope = { .may_wait = true, .delete_stale = true };
	int lock, err;

	if (read_stanza(run, &vrf, &table))
		return -1;
	scope.vrf = vrf_of(run, &vrf);
	scope.may_wait = vrf.is_vrf && !vrf.by_mark;
	err = lock_take(run, &lock);
	if (!err)
		err = stanza_derives(run->iface, &vrf, &table, &run->failure) || check_tables(run, &table) ||
				      table_apply(run, &table, &scope) || sweep(run) || services_sync(run)
			      ? -1
			      : 0;
	lock_release(lock);
	table_options_free(&table);
	if (!err && vrf.is_vrf && !vrf.by_mark)
		err = members_report(run);
	return err;
}

static int pre_down(struct run *run)
{
	struct table_options table;
	struct vrf_options vrf;
	struct link link;
	int lock, err;

	/* A stanza that can no longer be read must not keep the interface up. */
	if (read_stanza(run, &vrf, &table))
		return 0;
	err = lock_take(run, &lock);
	if (!err && vrf.is_vrf && !link_get(&run->nl, run->iface, &link) && link_is_vrf(&link))
		err = route_bulk_delete(run, link.table, NULL, true);
	if (!err)
		err = table_remove(run, &table) || sweep(run) || services_sync(run) ? -1 : 0;
	lock_release(lock);
	table_options_free(&table);
	return err;
}

/* A way out of an interface that is no member, or NULL: what comes back never reaches a socket bound to the VRF. */
static const struct link *leak_of(const struct link *vrf, const struct hop *hop, const struct links *links)
{
	const struct link *out = links_by_index(links, hop->ifindex);

	/* What answers comes in another packet, from which it is taken out into the VRF. */
	if (hop->encap)
		return NULL;
	if (!out || out->ifindex == vrf->ifindex || out->master == vrf->ifindex || link_is_vrf(out) ||
	    !strcmp(out->name, "lo"))
		return NULL;
	return out;
}

struct back {
	uint32_t vrf;
	bool found;
};

static void find_back(const struct route *route, void *context)
{
	struct back *back = context;

	for (unsigned int i = 0; i < route->hops; i++)
		back->found |= route->hop[i].ifindex == back->vrf;
}

/* A route in main that leads into the VRF, to an address of its own for instance: replies are forwarded. */
static bool is_led_back(struct run *run, const struct link *vrf, const struct links *links)
{
	struct back back = { .vrf = vrf->ifindex };

	routes_visit(&run->nl, AF_INET, RT_TABLE_MAIN, 0, links, find_back, &back);
	routes_visit(&run->nl, AF_INET6, RT_TABLE_MAIN, 0, links, find_back, &back);
	return back.found;
}

static void warn_of_leak(struct run *run, const struct link *vrf, const struct route *route, const struct link *out)
{
	char text[PREFIX_TEXT];

	run_warn(run,
		 "replies to %s cannot arrive: %s is not a member of %s; write `vrf-bind mark` here to share "
		 "%s, or `vrf-member %s` in its stanza",
		 route->dst.len ? prefix_text(&route->dst, text) : "default", out->name, vrf->name, out->name,
		 vrf->name);
}

static int warn_of_leaks(struct run *run, const struct link *vrf, const struct links *links)
{
	bool asked = false, led_back = false;
	struct routes have;
	uint32_t mark;

	if (rules_mark_of(run, vrf->table, &mark))
		return -1;
	if (mark)
		return 0;
	if (routes_get(&run->nl, vrf->table, links, &have))
		return run_fail(run, "cannot list the routes of table %u: %s", vrf->table, netlink_words(&run->nl));
	for (size_t i = 0; i < have.count && !led_back; i++) {
		const struct route *route = &have.route[i];

		for (unsigned int k = 0; route->type == RTN_UNICAST && k < route->hops && !led_back; k++) {
			const struct link *out = leak_of(vrf, &route->hop[k], links);

			/* Main is asked only where it matters: it may be large. */
			if (out && !asked)
				led_back = is_led_back(run, vrf, links);
			asked |= out != NULL;
			if (out && !led_back)
				warn_of_leak(run, vrf, route, out);
		}
	}
	routes_free(&have);
	return 0;
}

/* The last line of `table` has gone from a VRF's stanza, with which ifupdown-ng started no post-up of ours. */
static int drop_last(struct run *run, const struct link *vrf)
{
	struct table_options none = { .table = vrf->table };
	const struct selection scope = { .vrf = vrf->name, .delete_stale = true };

	return table_apply(run, &none, &scope);
}

/* lo was down, and with it what leads nowhere in IPv6: a VRF's last word, and such routes of its members' stanzas. */
static int end_again(struct run *run, const struct link *vrf, const struct links *links)
{
	struct source from = { .iface = vrf->name, .own = false };
	struct vrf_options o;
	int err;

	if (stanza_vrf(&from, &o, &run->failure))
		return -1;
	err = o.is_vrf && o.table == vrf->table ? device_end_table(run, &o) : 0;
	for (size_t i = 0; !err && i < links->count; i++)
		if (links->link[i].master == vrf->ifindex)
			err = table_apply_of(run, links->link[i].name, vrf->name, vrf->table, run->iface);
	return err;
}

/* What the stanza of an interface in no VRF says, and what follows from it; what there was before goes by sweep(). */
static int follow_again(struct run *run)
{
	const struct source from = { .iface = run->iface, .own = false };
	const struct selection all = { 0 };
	struct table_options want;
	int err = 0;

	if (stanza_table(&from, 0, &want, &run->failure))
		return -1;
	table_options_fill(&want, 0);
	if (derives(&want.derived) && want.table)
		err = table_apply(run, &want, &all);
	table_options_free(&want);
	return err;
}

static int reapply_all(struct run *run, const struct links *links, const struct link *own)
{
	const bool is_lo = !strcmp(run->iface, "lo");
	unsigned int asked = 0;
	int lock, err = lock_take(run, &lock);

	for (size_t i = 0; !err && i < links->count; i++) {
		const struct link *vrf = &links->link[i];

		if (!link_is_vrf(vrf) || !(vrf->flags & IFF_UP) || vrf == own)
			continue;
		if (!asked++)
			interfaces_read_all();
		err = table_apply_of(run, vrf->name, vrf->name, vrf->table, run->iface);
		if (!err && is_lo)
			err = end_again(run, vrf, links);
	}
	if (!err && own && !link_is_vrf(own) && !own->master)
		err = follow_again(run);
	if (!err && own && link_is_vrf(own) && env_option("vrf-table") && !stanza_has_table())
		err = drop_last(run, own);
	if (!err)
		err = sweep(run) || services_sync(run) ? -1 : 0;
	lock_release(lock);
	return err;
}

/* run->iface came up, or a DHCP client changed it: bring back what the kernel dropped. */
static int reapply(struct run *run)
{
	const struct link *own;
	struct links links;
	int err;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	own = links_by_name(&links, run->iface);
	err = reapply_all(run, &links, own);
	if (!err && own && link_is_vrf(own))
		err = warn_of_leaks(run, own, &links);
	links_free(&links);
	return err;
}

/* For the hooks: a member's routes are not the client's business. */
static int member(struct run *run)
{
	struct links links;
	bool is_member;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	is_member = lease_vrf(run, &links);
	links_free(&links);
	return is_member ? 0 : run_fail(run, "not a member of a VRF");
}

/* The VRF that run->iface is a member of: fn with it, if there is one. */
static int for_vrf(struct run *run, int (*fn)(struct run *, const struct link *, const struct links *))
{
	const struct link *vrf;
	struct links links;
	int err;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	vrf = lease_vrf(run, &links);
	err = vrf ? fn(run, vrf, &links) : 0;
	links_free(&links);
	return err;
}

/* What is kept of leases has changed: the VRF's services ask whom they name now. */
static int follow_names(struct run *run, const struct link *vrf, const struct links *links)
{
	int lock, err = lock_take(run, &lock);

	if (!err)
		err = names_leased(run, vrf, links);
	lock_release(lock);
	return err;
}

static int keep_names(struct run *run, bool six, const struct link *vrf, const struct links *links)
{
	const char *words = env_get("LEASE_NAMESERVERS");
	int err = lease_names_keep(run->iface, six, words ? words : "");

	if (err)
		run_warn(run, "cannot keep the lease's nameservers: %s", strerror(-err));
	return follow_names(run, vrf, links);
}

static int take_lease(struct run *run, const struct link *vrf, const struct links *links)
{
	return lease_apply(run, vrf, links) || keep_names(run, false, vrf, links) ? -1 : 0;
}

static int take_names6(struct run *run, const struct link *vrf, const struct links *links)
{
	return keep_names(run, true, vrf, links);
}

/* A DHCP client got or renewed a lease for run->iface. */
static int lease(struct run *run)
{
	return for_vrf(run, take_lease) || reapply(run) ? -1 : 0;
}

/* A client was told of nameservers for run->iface by DHCPv6, or by a router.  The routes are the kernel's business. */
static int lease6(struct run *run)
{
	return for_vrf(run, take_names6) || reapply(run) ? -1 : 0;
}

/*
 * run->iface went down, and no executor may have run for a stanza that says nothing of us any more.
 * The kernel dropped the routes through it, which VRFs that share it have in their sets.
 */
static int sweep_alone(struct run *run)
{
	int lock, err = lock_take(run, &lock);

	if (!err)
		err = sweep(run) || services_sync(run) ? -1 : 0;
	lock_release(lock);
	return err;
}

/* The client has no lease any more. */
static int unlease(struct run *run)
{
	lease_forget(run->iface);
	return for_vrf(run, follow_names);
}

static int unlease6(struct run *run)
{
	lease_names_forget(run->iface, true);
	return for_vrf(run, follow_names);
}

/* For the hooks: may the client write the nameservers of run->iface's lease to resolv.conf, everybody's? */
static int names(struct run *run)
{
	const struct link *vrf;
	struct links links;
	struct names n;
	bool own;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	vrf = lease_vrf(run, &links);
	own = vrf && !names_read(vrf->name, &n) && n.lease;
	links_free(&links);
	return own ? run_fail(run, "they are those of its VRF alone") : 0;
}

static const struct phase phases[] = { { "create", create },   { "post-up", post_up },   { "pre-down", pre_down },
				       { "reapply", reapply }, { "member", member },     { "lease", lease },
				       { "unlease", unlease }, { "lease6", lease6 },     { "unlease6", unlease6 },
				       { "names", names },     { "sweep", sweep_alone }, { 0 } };

const struct executor executor = { .name = "table", .phases = phases };
