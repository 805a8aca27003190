/* SPDX-License-Identifier: ISC */
/* executor/apply/sweep.c - what we added and no stanza says any more; see sweep.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/derive.h"
#include "executor/apply/route-bulk.h"
#include "executor/apply/run.h"
#include "executor/apply/sweep.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "executor/model/lack.h"
#include "executor/model/rule-plan.h"
#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/stanza.h"
#include "helpers/base/vrf.h"

/* Routes of ours in one table: what may have to go, then what has to. */
struct swept {
	uint32_t table;
	struct route_index wanted, stale;
};

/* What may have to go. */
struct heap {
	struct rules rules;
	bool *wanted;     /* for each rule */
	struct swept *of; /* for each table that has routes of ours through the interface */
	size_t tables;
	const struct links *links;
	const char *iface;
	bool failed;
};

static void take_rules(struct heap *heap, const struct rules *have)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule *rule = &have->rule[i];

		if (rule->protocol == VRF_PROTOCOL && !rule->foreign && !rule_is_planned(rule))
			heap->failed |= rules_add(&heap->rules, rule) != 0;
	}
}

static struct swept *swept_of(const struct heap *heap, uint32_t table)
{
	for (size_t i = 0; i < heap->tables; i++)
		if (heap->of[i].table == table)
			return &heap->of[i];
	return NULL;
}

static bool is_ours(const struct heap *heap, const struct route *route)
{
	return route->protocol == VRF_PROTOCOL && route_names(route, heap->iface) &&
	       !links_by_table(heap->links, route->table);
}

static void take_table(const struct route *route, void *context)
{
	struct heap *heap = context;
	struct swept *grown;

	if (!is_ours(heap, route) || swept_of(heap, route->table))
		return;
	grown = lack_noted(realloc(heap->of, (heap->tables + 1) * sizeof(*grown)));
	if (!grown) {
		heap->failed = true;
		return;
	}
	heap->of = grown;
	heap->of[heap->tables++] = (struct swept){ .table = route->table };
}

static void take_stale(const struct route *route, void *context)
{
	struct heap *heap = context;
	struct swept *in = swept_of(heap, route->table);

	if (in && is_ours(heap, route) && !route_index_find(&in->wanted, route))
		route_index_add(&in->stale, route);
}

static int visit(struct run *run, struct heap *heap, void (*each)(const struct route *, void *))
{
	const struct link *own = links_by_name(heap->links, run->iface);

	if (own && !link_is_vrf(own) &&
	    (routes_visit_through(&run->nl, AF_INET, own->ifindex, heap->links, each, heap) ||
	     routes_visit_through(&run->nl, AF_INET6, own->ifindex, heap->links, each, heap)))
		return run_fail(run, "cannot list the routes: %s", netlink_words(&run->nl));
	return 0;
}

static int gather(struct run *run, struct heap *heap)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < 2; i++) {
		struct rules have;
		int err = rules_get(&run->nl, families[i], &have);

		if (err && families[i] == AF_INET6 && (err == -EAFNOSUPPORT || err == -EOPNOTSUPP))
			continue;
		if (err)
			return run_fail(run, "cannot list the rules: %s", netlink_words(&run->nl));
		take_rules(heap, &have);
		rules_free(&have);
	}
	if (visit(run, heap, take_table))
		return -1;
	heap->wanted = lack_noted(calloc(heap->rules.count + 1, sizeof(*heap->wanted)));
	return heap->failed || !heap->wanted ? run_fail(run, "%s", strerror(ENOMEM)) : 0;
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

static int want_rules(struct run *run, struct heap *heap, const struct source *from, uint32_t table)
{
	struct table_options want;

	if (stanza_rules(from, table, &want, &run->failure))
		return -1;
	if (derive_rules(run, heap->links, &want)) {
		table_options_free(&want);
		return -1;
	}
	for (size_t i = 0; i < heap->rules.count; i++)
		for (size_t k = 0; k < want.rules.count; k++)
			heap->wanted[i] |= rule_matches(&want.rules.rule[k], &heap->rules.rule[i]);
	table_options_free(&want);
	return 0;
}

/* Once for each table and not for each route: a file may have a hundred thousand. */
static int want_routes(struct run *run, struct heap *heap, const struct source *from, uint32_t table)
{
	struct table_options want;
	int err;

	if (stanza_routes(from, table, &want, &run->failure))
		return -1;
	err = derive_routes(run, heap->links, &want);
	for (size_t i = 0; !err && i < heap->tables; i++) {
		uint32_t in = heap->of[i].table;

		for (size_t k = 0; k < want.routes.count; k++)
			if (!want.routes.route[k].table || want.routes.route[k].table == in)
				route_index_add(&heap->of[i].wanted, &want.routes.route[k]);
		if (want.file)
			err = route_file_index(want.file, want.table ? want.table : in, in, &heap->of[i].wanted,
					       &run->failure);
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
static int cross_out(struct run *run, struct heap *heap)
{
	struct values names = { 0 };
	int err = interfaces_list(&names, &run->failure);

	interfaces_read_all();
	for (size_t i = 0; !err && i < names.count; i++) {
		struct source from = { .iface = names.text[i], .own = false };
		struct vrf_options o;
		uint32_t table;

		err = stanza_vrf(&from, &o, &run->failure);
		table = err ? 0 : table_of(heap, &o);
		if (!err && heap->rules.count)
			err = want_rules(run, heap, &from, table);
		if (!err && heap->tables)
			err = want_routes(run, heap, &from, table);
	}
	for (size_t i = 0; i < heap->tables; i++) {
		route_index_sort(&heap->of[i].wanted);
		if (heap->of[i].wanted.failed)
			err = -1;
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
	for (size_t i = 0; i < heap->tables; i++) {
		struct swept *in = &heap->of[i];

		route_index_sort(&in->stale);
		if (in->stale.failed)
			return run_fail(run, "%s", strerror(ENOMEM));
		if (in->stale.count && route_bulk_delete(run, in->table, &in->stale, false))
			return -1;
	}
	return 0;
}

static void heap_free(struct heap *heap)
{
	for (size_t i = 0; i < heap->tables; i++) {
		route_index_free(&heap->of[i].wanted);
		route_index_free(&heap->of[i].stale);
	}
	free(heap->of);
	free(heap->wanted);
	rules_free(&heap->rules);
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

	if (!is_systems_file())
		return 0;
	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	heap.links = &links;
	err = gather(run, &heap);
	if (!err && (heap.rules.count || heap.tables) && !cross_out(run, &heap))
		err = visit(run, &heap, take_stale) || delete_rest(run, &heap) ? -1 : 0;
	heap_free(&heap);
	links_free(&links);
	return err;
}
