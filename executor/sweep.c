/* SPDX-License-Identifier: ISC */
/* executor/sweep.c - what we added and no stanza says any more; see sweep.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/env.h"
#include "executor/order.h"
#include "executor/routefile.h"
#include "executor/stanza.h"
#include "executor/sweep.h"
#include "helpers/vrf.h"

/* What may have to go. */
struct heap {
	struct rules rules;
	struct routes routes;
	bool *wanted; /* for each rule */
	const struct links *links;
	const char *iface;
	bool failed;
};

static void take_rules(struct heap *heap, const struct rules *have)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule *rule = &have->rule[i];

		if (rule->protocol == VRF_PROTOCOL && !rule->foreign && !order_has(rule))
			heap->failed |= rules_add(&heap->rules, rule) != 0;
	}
}

static void take_route(const struct route *route, void *context)
{
	struct heap *heap = context;

	if (route->protocol == VRF_PROTOCOL && route_names(route, heap->iface) &&
	    !links_by_table(heap->links, route->table))
		heap->failed |= routes_add(&heap->routes, route) != 0;
}

static int gather(struct run *run, struct heap *heap)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct link *own = links_by_name(heap->links, run->iface);

	for (size_t i = 0; i < 2; i++) {
		struct rules have;
		int err = rules_get(&run->nl, families[i], &have);

		if (err && families[i] == AF_INET6 && (err == -EAFNOSUPPORT || err == -EOPNOTSUPP))
			continue;
		if (err)
			return run_fail(run, "cannot list the rules: %s", netlink_words(&run->nl));
		take_rules(heap, &have);
		rules_free(&have);
		if (own && !link_is_vrf(own) &&
		    routes_visit_through(&run->nl, families[i], own->ifindex, heap->links, take_route, heap))
			return run_fail(run, "cannot list the routes: %s", netlink_words(&run->nl));
	}
	return heap->failed ? run_fail(run, "no memory") : 0;
}

/* A table that is not known yet may be any. */
static bool rule_matches(const struct rule *want, const struct rule *have)
{
	struct rule same = *want;

	if (!want->has_pref)
		same.pref = have->pref;
	if (want->action == FR_ACT_TO_TBL && !want->table)
		same.table = have->table;
	return rule_equal(&same, have);
}

static int want_rules(struct heap *heap, const struct source *from, uint32_t table, struct failure *f)
{
	struct table_options want;

	if (stanza_rules(from, table, &want, f))
		return -1;
	for (size_t i = 0; i < heap->rules.count; i++)
		for (size_t k = 0; k < want.rules.count; k++)
			heap->wanted[i] |= rule_matches(&want.rules.rule[k], &heap->rules.rule[i]);
	table_options_free(&want);
	return 0;
}

/* Routes without a table in a VRF's stanza, or a member's, are never here. */
static int want_routes(struct heap *heap, const struct source *from, bool of_vrf, struct failure *f)
{
	struct table_options want;
	struct places file = { 0 };
	int err = 0;

	if (stanza_routes(from, 0, &want, f))
		return -1;
	for (size_t i = 0; !err && i < heap->routes.count; i++) {
		struct route *have = &heap->routes.route[i];

		for (size_t k = 0; k < want.routes.count; k++)
			if (want.routes.route[k].table == have->table && route_same_place(&want.routes.route[k], have))
				have->protocol = 0;
		if (!want.file || of_vrf || !have->protocol)
			continue;
		err = routefile_places(want.file, have->table, &file, f);
		places_sort(&file);
		if (!err && places_find(&file, have))
			have->protocol = 0;
		places_free(&file);
	}
	table_options_free(&want);
	return err;
}

static uint32_t table_of(const struct heap *heap, const struct vrf_options *o)
{
	const struct link *vrf = links_by_name(heap->links, o->member);

	if (o->is_vrf)
		return o->table;
	return vrf && link_is_vrf(vrf) ? vrf->table : 0;
}

/* Cross out what any stanza wants. */
static int cross_out(struct heap *heap)
{
	struct failure ignored = { 0 };
	struct values names = { 0 };
	int err = env_list(&names, &ignored);

	env_read_all();
	for (size_t i = 0; !err && i < names.count; i++) {
		struct source from = { .iface = names.text[i], .own = false };
		struct vrf_options o;

		err = stanza_vrf(&from, &o, &ignored);
		if (!err && heap->rules.count)
			err = want_rules(heap, &from, table_of(heap, &o), &ignored);
		if (!err && heap->routes.count)
			err = want_routes(heap, &from, o.is_vrf || o.member[0], &ignored);
	}
	values_free(&names);
	return err;
}

static int delete_rest(struct run *run, const struct heap *heap)
{
	char text[ROUTE_TEXT];

	for (size_t i = 0; i < heap->rules.count; i++)
		if (!heap->wanted[i] && rule_del(&run->nl, &heap->rules.rule[i]) && run->nl.error != ENOENT)
			return run_fail(run, "cannot delete rule %s: %s", rule_text(&heap->rules.rule[i], text),
					netlink_words(&run->nl));
	for (size_t i = 0; i < heap->routes.count; i++)
		if (heap->routes.route[i].protocol && route_del(&run->nl, &heap->routes.route[i]) &&
		    run->nl.error != ESRCH && run->nl.error != ENODEV)
			return run_fail(run, "cannot delete route %s: %s",
					route_text(&heap->routes.route[i], text), netlink_words(&run->nl));
	return 0;
}

static bool is_systems_file(void)
{
	const char *file = env_get("INTERFACES_FILE");

	return file && !strcmp(file, SYSCONFDIR "/network/interfaces");
}

int sweep(struct run *run)
{
	struct heap heap = { .iface = run->iface };
	struct links links;
	int err;

	if (run->nl.mock || !is_systems_file())
		return 0;
	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	heap.links = &links;
	err = gather(run, &heap);
	heap.wanted = calloc(heap.rules.count + 1, sizeof(*heap.wanted));
	if (!err && !heap.wanted)
		err = run_fail(run, "no memory");
	if (!err && (heap.rules.count || heap.routes.count) && !cross_out(&heap))
		err = delete_rest(run, &heap);
	free(heap.wanted);
	rules_free(&heap.rules);
	routes_free(&heap.routes);
	links_free(&links);
	return err;
}
