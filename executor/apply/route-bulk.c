/* SPDX-License-Identifier: ISC */
/* executor/apply/route-bulk.c - many routes into the kernel and out of it; see route-bulk.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/route-bulk.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/apply/waiting.h"
#include "executor/kernel/batch.h"
#include "executor/kernel/route.h"
#include "executor/model/lack.h"
#include "executor/model/prefix.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/route-file.h"
#include "helpers/base/vrf.h"

/* Lines that are reported by themselves. */
#define REPORTS 10

/* Destinations that go from the sets of the table's VRF before their routes change. */
struct leaving {
	struct prefix *to;
	size_t count, room;
};

static int leaving_add(struct run *run, struct leaving *leaving, const struct prefix *to)
{
	if (leaving->count == leaving->room) {
		size_t room = leaving->room ? 2 * leaving->room : 64;
		struct prefix *grown = lack_noted(realloc(leaving->to, room * sizeof(*grown)));

		if (!grown)
			return run_fail(run, "%s", strerror(ENOMEM));
		leaving->to = grown;
		leaving->room = room;
	}
	leaving->to[leaving->count++] = *to;
	return 0;
}

/* A table of which routes are wanted, and what it has. */
struct target {
	uint32_t table;
	struct route_index have;
};

/* What is on its way into the kernel. */
struct load {
	struct run *run;
	struct leaving *leaving; /* not yet: only what has to leave the sets is looked for */
	const struct links *links;
	uint32_t table;        /* of lines that name none */
	struct target *target; /* read when the first line names it */
	size_t targets;
	const struct selection *scope;
	bool none_up;      /* all members are to come */
	bool asked, waits; /* for a member that is to come: asked once */
	size_t count, reported;
	struct batch batch;
	struct route sent[BATCH_MESSAGES + 1]; /* for the message of one that fails */
};

static void report(struct load *load, const struct route *route, const char *reason)
{
	const char *dev = load->scope->dev;
	char text[ROUTE_TEXT];

	/* Another interface may have it to come. */
	if (dev && !route_names(route, dev))
		return;
	if (load->reported++ < REPORTS)
		run_report(load->run, "cannot add route %s: %s", route_text(route, text), reason);
	else
		load->run->failed = true;
}

static bool may_wait(struct load *load, int error)
{
	if (!waits_after(error))
		return false;
	if (!load->asked)
		load->waits = waits_for_member(load->run, load->scope, load->links);
	load->asked = true;
	return load->waits;
}

static void on_failure(size_t tag, int error, void *context)
{
	struct load *load = context;

	if (!may_wait(load, error))
		report(load, &load->sent[tag], netlink_words(&load->run->nl));
}

/* At most BATCH_MESSAGES are on their way when one more is queued: the ring does not overtake them. */
static int send_route(struct load *load, const struct route *route)
{
	size_t tag = load->count++ % (BATCH_MESSAGES + 1);
	int err;

	if (netlink_mocked(&load->run->nl, NULL))
		return route_add(&load->run->nl, route) ? -1 : 0;
	load->sent[tag] = *route;
	err = batch_add(&load->batch, route_add_message(route), tag);
	return err ? run_fail(load->run, "cannot send routes: %s", strerror(-err)) : 0;
}

static void take_place(const struct route *route, void *context)
{
	route_index_add(context, route);
}

static int get_places(struct run *run, uint32_t table, struct route_index *places)
{
	if (routes_visit(&run->nl, AF_INET, table, 0, NULL, take_place, places) ||
	    routes_visit(&run->nl, AF_INET6, table, 0, NULL, take_place, places) || places->failed)
		return run_fail(run, "cannot list the routes of table %u: %s", table, netlink_words(&run->nl));
	route_index_sort(places);
	return 0;
}

/* The places of a table, read when the first line names it; NULL with the reason. */
static struct route_index *places_of(struct load *load, uint32_t table)
{
	struct target *grown;

	for (size_t i = 0; i < load->targets; i++)
		if (load->target[i].table == table)
			return &load->target[i].have;
	grown = lack_noted(realloc(load->target, (load->targets + 1) * sizeof(*grown)));
	if (!grown) {
		run_fail(load->run, "%s", strerror(ENOMEM));
		return NULL;
	}
	load->target = grown;
	grown[load->targets] = (struct target){ .table = table };
	/* an answer to what is on its way must not be taken for one of the list */
	if (batch_flush(&load->batch)) {
		run_fail(load->run, "cannot send routes: %s", strerror(EIO));
		return NULL;
	}
	return get_places(load->run, table, &grown[load->targets].have) ? NULL : &grown[load->targets++].have;
}

static void forget_targets(struct load *load)
{
	for (size_t i = 0; i < load->targets; i++)
		route_index_free(&load->target[i].have);
	free(load->target);
}

/*
 * In a VRF whose members are all to come no gateway is reachable, and they apply the file again.  What
 * leads nowhere, or out of what is up, concerns none of them.
 */
static bool is_to_come(const struct load *load, const struct route *line)
{
	for (unsigned int i = 0; load->none_up && i < line->hops; i++) {
		const struct link *link = line->hop[i].dev[0] ? links_by_name(load->links, line->hop[i].dev) : NULL;

		if (!link || !(link->flags & IFF_UP))
			return true;
	}
	return false;
}

static int load_route(const struct route *line, void *context)
{
	struct load *load = context;
	struct route route = *line;
	struct route_index *have;
	const struct place *place;
	const char *missing;
	int err;

	if ((load->scope->dev && !route_concerns(line, load->scope->dev)) || is_to_come(load, line))
		return 0;
	err = route_resolve(&route, load->links, &missing);
	if (err) {
		if (!load->leaving && !waits_for_device(load->run, load->scope, &route, load->links))
			report(load, &route, strerror(-err));
		return 0;
	}
	/* Of other tables' services nothing is known here. */
	if (load->leaving && route.table != load->table)
		return 0;
	have = places_of(load, route.table);
	if (!have)
		return -1;
	place = route_index_want(have, &route);
	if (place && place_equal(place, &route))
		return 0;
	if (load->leaving)
		return place || route.type != RTN_UNICAST ? leaving_add(load->run, load->leaving, &route.dst) : 0;
	if (place && place->protocol != VRF_PROTOCOL) {
		report(load, &route, "File exists (somebody else's)");
		return 0;
	}
	if (!place)
		return send_route(load, &route);
	/* Few change: one by one. */
	if (route_replace(&load->run->nl, &route) && !may_wait(load, load->run->nl.error))
		report(load, &route, netlink_words(&load->run->nl));
	return 0;
}

static bool is_unreachable_default(const struct place *place)
{
	return place->type == RTN_UNREACHABLE && !place->dst.len && place->metric == VRF_UNREACHABLE_METRIC;
}

/* Is one of ours there that neither the file nor the lines beside it want? */
static bool any_unwanted(struct route_index *have, const struct table_options *want)
{
	for (size_t i = 0; i < want->routes.count; i++)
		if (want->routes.route[i].table == want->table)
			route_index_want(have, &want->routes.route[i]);
	for (size_t i = 0; i < have->count; i++)
		if (have->place[i].protocol == VRF_PROTOCOL && !have->place[i].wanted &&
		    !is_unreachable_default(&have->place[i]))
			return true;
	return false;
}

/* Before the file changes any route of a table whose destinations count. */
static int leave_sets(struct load *load, const struct table_options *want)
{
	struct leaving leaving = { 0 };
	struct run *run = load->run;
	bool count;
	int err = services_have_routes(run, want->table, &count);

	if (err || !count)
		return err;
	load->leaving = &leaving;
	err = route_file_read(want->file, want->table, load_route, load, &run->failure);
	load->leaving = NULL;
	if (!err)
		err = services_leave_routes(run, want->table, leaving.to, leaving.count);
	free(leaving.to);
	return err;
}

int route_bulk_apply(struct run *run, const struct table_options *want, const struct links *links,
		     const struct selection *scope, bool *stale)
{
	struct load *load = lack_noted(calloc(1, sizeof(*load)));
	struct route_index *own;
	int err;

	if (!load)
		return run_fail(run, "%s", strerror(ENOMEM));
	*load = (struct load){ .run = run, .links = links, .table = want->table, .scope = scope };
	load->none_up = scope->may_wait && !has_member_up(scope, links);
	load->batch.nl = &run->nl;
	load->batch.failed = on_failure;
	load->batch.context = load;
	err = places_of(load, want->table) ? 0 : -1;
	if (scope->may_wait)
		interfaces_read_all();
	if (!err)
		err = leave_sets(load, want);
	if (!err)
		err = route_file_read(want->file, want->table, load_route, load, &run->failure);
	if (batch_flush(&load->batch) && !err)
		err = run_fail(run, "cannot send routes: %s", strerror(EIO));
	if (load->reported > REPORTS)
		run_report(run, "table-route-file \"%.200s\": %zu routes more cannot be added", want->file,
			   load->reported - REPORTS);
	/* the list may have moved */
	own = err ? NULL : places_of(load, want->table);
	*stale = own && any_unwanted(own, want);
	forget_targets(load);
	free(load);
	return err;
}

/* Gone already is what was wanted. */
static void on_delete_failure(size_t tag, int error, void *context)
{
	struct run *run = context;

	(void)tag;
	if (error != ESRCH && error != ENODEV && error != ENOENT && !run->failed)
		run_report(run, "cannot delete a route: %s", netlink_words(&run->nl));
}

struct deletion {
	const struct route_index *in;
	bool keep_default;
};

static bool is_deleted(const struct deletion *delete, const struct route *route, const struct place *place)
{
	return place->protocol == VRF_PROTOCOL && (!delete->in || route_index_find(delete->in, route)) &&
	       !(delete->keep_default && is_unreachable_default(place));
}

/* Every place that goes: in the first pass from the sets, in the second from the kernel. */
static int delete_each(struct run *run, const struct deletion *delete, const struct route_index *have, uint32_t table,
		       struct leaving *leaving, struct batch *batch)
{
	int err = 0;

	for (size_t i = 0; !err && i < have->count; i++) {
		struct route gone = { .type = have->place[i].type,
				      .protocol = VRF_PROTOCOL,
				      .table = table,
				      .tos = have->place[i].tos,
				      .metric = have->place[i].metric,
				      .dst = have->place[i].dst };

		if (!is_deleted(delete, &gone, &have->place[i]))
			continue;
		if (leaving)
			err = leaving_add(run, leaving, &gone.dst);
		else if (batch_add(batch, route_del_message(&gone), 0))
			err = run_fail(run, "cannot delete routes: %s", strerror(EIO));
	}
	return err;
}

int route_bulk_delete(struct run *run, uint32_t table, const struct route_index *in, bool keep_default)
{
	const struct deletion delete = { .in = in, .keep_default = keep_default };
	struct batch *batch = lack_noted(calloc(1, sizeof(*batch)));
	struct route_index have = { 0 };
	struct leaving leaving = { 0 };
	int err;

	if (!batch)
		return run_fail(run, "%s", strerror(ENOMEM));
	err = get_places(run, table, &have);
	if (!err) {
		batch->nl = &run->nl;
		batch->failed = on_delete_failure;
		batch->context = run;
		err = delete_each(run, &delete, &have, table, &leaving, NULL) ||
				      services_leave_routes(run, table, leaving.to, leaving.count) ||
				      delete_each(run, &delete, &have, table, NULL, batch)
			      ? -1
			      : 0;
	}
	if (!err && batch_flush(batch))
		err = run_fail(run, "cannot delete routes: %s", strerror(EIO));
	free(leaving.to);
	route_index_free(&have);
	free(batch);
	return err;
}
