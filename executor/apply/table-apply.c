/* SPDX-License-Identifier: ISC */
/* executor/apply/table-apply.c - wanted routes and rules against the kernel's; see table-apply.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/derive.h"
#include "executor/apply/route-bulk.h"
#include "executor/apply/rule-probe.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/apply/table-apply.h"
#include "executor/apply/waiting.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

/* What stood there before, or what the route forbids, goes from the sets of the table's VRF first. */
static int leave_sets(struct run *run, const struct route *route, enum change change)
{
	if (change != CHANGE_REPLACE && route->type == RTN_UNICAST)
		return 0;
	return services_leave_routes(run, route->table, &route->dst, 1);
}

static int request_change(struct run *run, const struct route *route, enum change change)
{
	if (change == CHANGE_REPLACE)
		return route_replace(&run->nl, route);
	return route_add(&run->nl, route);
}

/* The command that brings up what the route needs: "" or " (ifup -f eth0)".  ifupdown-ng may take it for up. */
static const char *remedy(const struct route *route, const struct links *links, char text[32])
{
	text[0] = '\0';
	for (unsigned int i = 0; !text[0] && i < route->hops; i++) {
		const struct link *link = links_by_index(links, route->hop[i].ifindex);

		if (link && !(link->flags & IFF_UP) && interfaces_have(link->name))
			snprintf(text, 32, " (ifup -f %s)", link->name);
	}
	return text;
}

static void apply_route(struct run *run, struct route route, const struct routes *have, const struct links *links,
			const struct selection *scope)
{
	const struct route *other = NULL;
	const char *missing = NULL;
	char text[ROUTE_TEXT], others[ROUTE_TEXT], cure[32];
	enum change change;
	int err;

	if (waits_for_device(run, scope, &route, links))
		return;
	err = route_resolve(&route, links, &missing);
	if (err) {
		run_report(run, "cannot add route %s: %s: %s", route_text(&route, text), missing, strerror(-err));
		return;
	}
	change = route_plan(&route, have, &other);
	if (change == CHANGE_KEEP)
		return;
	if (change == CHANGE_CONFLICT) {
		run_report(run, "cannot add route %s: %s (somebody else's, protocol %u: %s)", route_text(&route, text),
			   strerror(EEXIST), other->protocol, route_text(other, others));
		return;
	}
	if (leave_sets(run, &route, change))
		run_report(run, "cannot add route %s: %s", route_text(&route, text), run->failure.text);
	else if (request_change(run, &route, change) &&
		 !(waits_after(run->nl.error) && waits_for_member(run, scope, links)))
		run_report(run, "cannot add route %s: %s%s", route_text(&route, text), netlink_words(&run->nl),
			   remedy(&route, links, cure));
}

/* Routes of every table that is wanted, one dump a table. */
static int get_tables(struct run *run, const struct routes *want, const struct links *links, struct routes *have)
{
	memset(have, 0, sizeof(*have));
	for (size_t i = 0; i < want->count; i++) {
		struct routes table;
		bool known = false;

		for (size_t k = 0; k < i && !known; k++)
			known = want->route[k].table == want->route[i].table;
		if (known)
			continue;
		if (routes_get(&run->nl, want->route[i].table, links, &table))
			return run_fail(run, "cannot list the routes of table %u: %s", want->route[i].table,
					netlink_words(&run->nl));
		for (size_t k = 0; k < table.count; k++)
			if (routes_add(have, &table.route[k]))
				return run_fail(run, "%s", strerror(ENOMEM));
		routes_free(&table);
	}
	return 0;
}

/* This kernel has no IPv6, and nothing of it. */
static bool has_none(int family, int error)
{
	return family == AF_INET6 && (error == EAFNOSUPPORT || error == EOPNOTSUPP);
}

static int delete_route(struct run *run, const struct route *route)
{
	struct route gone = *route;
	char text[ROUTE_TEXT];

	if (services_leave_routes(run, route->table, &route->dst, 1))
		return -1;
	/* Another one's in the same place stays. */
	gone.protocol = VRF_PROTOCOL;
	if (!route_del(&run->nl, &gone) || run->nl.error == ESRCH || run->nl.error == ENODEV ||
	    run->nl.error == ENOENT || has_none(route->dst.family, run->nl.error))
		return 0;
	return run_fail(run, "cannot delete route %s: %s", route_text(route, text), netlink_words(&run->nl));
}

/* The table of a VRF's stanza, or a member's; of any other, where a route may be of any, that one. */
static uint32_t table_of_stanza(const char *name, uint32_t any)
{
	struct values member = { 0 };
	struct failure ignored;
	uint32_t table;
	bool known = parse_table_of_vrf(name, &table);

	if (!known && !interfaces_query(name, "vrf-member", &member, &ignored) && member.count)
		known = parse_table_of_vrf(member.text[member.count - 1], &table);
	values_free(&member);
	return known ? table : any;
}

/* Places of the table that some stanza but `own` wants.  Asked for only when something looks stale. */
static int get_elsewhere(struct run *run, const char *own, uint32_t table, struct route_index *places)
{
	struct values names = { 0 };
	int err = interfaces_list(&names, &run->failure);

	interfaces_read_all();
	for (size_t i = 0; !err && i < names.count; i++) {
		struct source from = { .iface = names.text[i], .own = false };

		if (strcmp(names.text[i], own))
			err = stanza_places(&from, table_of_stanza(from.iface, table), table, places, &run->failure);
	}
	values_free(&names);
	route_index_sort(places);
	return err;
}

/* A VRF's stanza answers for its whole table, any other for what leaves through its interface. */
static bool answers_for(struct run *run, const struct selection *scope, const struct route *route)
{
	return scope->whole || (scope->vrf && !strcmp(scope->vrf, run->iface)) || route_names(route, run->iface);
}

/* What delete_stale() finds while the kernel dumps; deleting has to wait for its end. */
struct stale {
	struct run *run;
	const struct table_options *want;
	const struct selection *scope;
	struct route_index *said; /* by the file, and by the VRF's stanza once it was asked */
	const char *ask;          /* that VRF, NULL: not to be asked, or no longer */
	struct routes found;
	int err;
};

/* Said by the file, or by a VRF that speaks of routes through its member; only then is its stanza read. */
static bool is_said(struct stale *stale, const struct route *have)
{
	struct source vrf = { .iface = stale->ask };

	if (route_index_find(stale->said, have))
		return true;
	if (!stale->ask)
		return false;
	stale->ask = NULL;
	if (stanza_places(&vrf, stale->want->table, stale->want->table, stale->said, &stale->run->failure))
		stale->err = -1;
	route_index_sort(stale->said);
	return route_index_find(stale->said, have);
}

static void find_stale(const struct route *have, void *context)
{
	struct stale *stale = context;

	if (route_is_stale(have, &stale->want->routes) && answers_for(stale->run, stale->scope, have) &&
	    !is_said(stale, have) && routes_add(&stale->found, have))
		stale->err = run_fail(stale->run, "%s", strerror(ENOMEM));
}

static int delete_stale(struct run *run, const struct table_options *want, const struct selection *scope,
			const struct links *links)
{
	struct route_index said = { 0 }, elsewhere = { 0 };
	struct stale stale = { .run = run, .want = want, .scope = scope, .said = &said };
	int err = 0;

	if (!want->table)
		return 0;
	if (scope->vrf && strcmp(scope->vrf, run->iface) && !scope->whole)
		stale.ask = scope->vrf;
	if (want->file && route_file_index(want->file, want->table, want->table, &said, &run->failure))
		err = -1;
	route_index_sort(&said);
	if (!err && (routes_visit(&run->nl, AF_INET, want->table, 0, links, find_stale, &stale) ||
		     routes_visit(&run->nl, AF_INET6, want->table, 0, links, find_stale, &stale)))
		err = run_fail(run, "cannot list the routes of table %u: %s", want->table, netlink_words(&run->nl));
	if (!err)
		err = stale.err;
	if (!err && stale.found.count)
		err = get_elsewhere(run, scope->whole ? scope->vrf : run->iface, want->table, &elsewhere);
	for (size_t i = 0; !err && i < stale.found.count; i++)
		if (!route_index_find(&elsewhere, &stale.found.route[i]))
			err = delete_route(run, &stale.found.route[i]);
	routes_free(&stale.found);
	route_index_free(&elsewhere);
	route_index_free(&said);
	return err;
}

/* A rule without a preference got one from the kernel. */
static bool rule_there(const struct rule *want, const struct rules *have)
{
	for (size_t i = 0; i < have->count; i++) {
		struct rule same = *want;

		if (!want->has_pref)
			same.pref = have->rule[i].pref;
		if (rule_equal(&same, &have->rule[i]) && (want->has_pref || have->rule[i].protocol == VRF_PROTOCOL))
			return true;
	}
	return false;
}

static int apply_rule(struct run *run, const struct rule *rule)
{
	char text[RULE_TEXT];
	struct rules have;
	int err = rules_get(&run->nl, rule->family, &have);

	/* Both families were meant, and this kernel has one. */
	if (rule->family == AF_INET6 && (err == -EAFNOSUPPORT || err == -EOPNOTSUPP) && !rule->from.family &&
	    !rule->to.family)
		return 0;
	if (err)
		return run_fail(run, "cannot list the rules: %s", netlink_words(&run->nl));
	if (!rule_there(rule, &have) && rule_add(&run->nl, rule) && run->nl.error != EEXIST)
		run_report(run, "cannot add rule %s: %s", rule_text(rule, text), netlink_words(&run->nl));
	rules_free(&have);
	return 0;
}

static bool is_vrf(const char *name, const struct links *links)
{
	const struct link *link = name[0] ? links_by_name(links, name) : NULL;
	uint32_t ignored;

	return link ? link_is_vrf(link) : name[0] && parse_table_of_vrf(name, &ignored);
}

/* Bits of rule-probe.h: what the kernel has to know for it. */
static int needs(const struct rule *rule, const struct links *links)
{
	return (rule->dscp ? PROBE_DSCP : 0) | (is_vrf(rule->iif, links) || is_vrf(rule->oif, links) ? PROBE_VRF : 0);
}

/* What no kernel says by an error.  *wrong: it must not be added. */
static void check_rule(struct run *run, const struct rule *rule, const struct links *links, bool *wrong)
{
	static int can = -ENODATA;
	int missing = needs(rule, links);
	char text[RULE_TEXT];

	*wrong = false;
	if (!missing || netlink_mocked(&run->nl, NULL))
		return;
	if (can == -ENODATA)
		can = rule_probe();
	*wrong = missing & PROBE_DSCP && (can < 0 || !(can & PROBE_DSCP));
	if (*wrong && can < 0)
		run_report(run, "cannot add rule %s: cannot try whether the kernel knows dscp: %s",
			   rule_text(rule, text), strerror(-can));
	else if (*wrong)
		run_report(run,
			   "cannot add rule %s: this kernel knows no dscp, and would take it for every packet "
			   "(Linux 6.12 knows it)",
			   rule_text(rule, text));
	if (missing & PROBE_VRF && can >= 0 && !(can & PROBE_VRF))
		run_warn(run,
			 "rule %s matches nothing: on this kernel (5.18 and later, up to a fix of April 2025) iif and "
			 "oif of a VRF never do",
			 rule_text(rule, text));
}

static int derive(struct run *run, const struct links *links, struct table_options *want)
{
	return derive_routes(run, links, want) || derive_rules(run, links, want) ? -1 : 0;
}

int table_apply(struct run *run, struct table_options *want, const struct selection *scope)
{
	struct routes have = { 0 };
	struct links links;
	bool stale = true;
	int err;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	err = derive(run, &links, want) || get_tables(run, &want->routes, &links, &have) ? -1 : 0;
	for (size_t i = 0; !err && i < want->routes.count; i++)
		if (!scope->dev || route_concerns(&want->routes.route[i], scope->dev))
			apply_route(run, want->routes.route[i], &have, &links, scope);
	for (size_t i = 0; !err && !scope->dev && i < want->rules.count; i++) {
		bool wrong;

		check_rule(run, &want->rules.rule[i], &links, &wrong);
		err = wrong ? 0 : apply_rule(run, &want->rules.rule[i]);
	}
	if (!err && want->file)
		err = route_bulk_apply(run, want, &links, scope, &stale);
	if (!err && scope->delete_stale && stale)
		err = delete_stale(run, want, scope, &links);
	routes_free(&have);
	links_free(&links);
	return err;
}

/* The file's routes; one that can no longer be read has nothing to say of what has to go. */
static int remove_file(struct run *run, const struct table_options *want)
{
	struct route_index file = { 0 };
	struct failure ignored = { 0 };
	int err = 0;

	if (!want->file || route_file_index(want->file, want->table, want->table, &file, &ignored))
		return 0;
	route_index_sort(&file);
	err = route_bulk_delete(run, want->table, &file, true);
	route_index_free(&file);
	return err;
}

static int derive_now(struct run *run, struct table_options *want)
{
	struct links links;
	int err;

	if (!derives(&want->derived))
		return 0;
	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	err = derive(run, &links, want);
	links_free(&links);
	return err;
}

int table_remove(struct run *run, struct table_options *want)
{
	char text[RULE_TEXT];

	/* What it had made of another state goes by sweep(). */
	if (remove_file(run, want))
		return -1;
	/* It has had its say, if it could be read. */
	free(want->file);
	want->file = NULL;
	if (derive_now(run, want))
		return -1;

	for (size_t i = 0; i < want->routes.count; i++)
		if (delete_route(run, &want->routes.route[i]))
			return -1;
	for (size_t i = 0; i < want->rules.count; i++) {
		const struct rule *rule = &want->rules.rule[i];

		if (rule_del(&run->nl, rule) && run->nl.error != ENOENT && !has_none(rule->family, run->nl.error))
			return run_fail(run, "cannot delete rule %s: %s", rule_text(rule, text),
					netlink_words(&run->nl));
	}
	return 0;
}

int table_apply_of(struct run *run, const char *stanza, const char *vrf, uint32_t table, const char *dev)
{
	struct source from = { .iface = stanza, .own = false };
	/* A member's own stanza is applied at its own ifup alone. */
	struct selection scope = { .vrf = vrf, .dev = dev, .may_wait = !strcmp(stanza, vrf) };
	struct table_options want;
	int err = 0;

	if (stanza_routes(&from, table, &want, &run->failure))
		return -1;
	/* What follows from others may be another one now, wherever it leads. */
	if (derives(&want.derived)) {
		scope.dev = NULL;
		scope.delete_stale = scope.whole = !strcmp(stanza, vrf);
	}
	if (want.routes.count || want.file || derives(&want.derived))
		err = table_apply(run, &want, &scope);
	table_options_free(&want);
	return err;
}
