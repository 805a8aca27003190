/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-config.c - an interfaces file that is not up yet; see check.h.  Each
 * stanza is read by the executors' own functions, then all are compared.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/ip.h"
#include "executor/stanza/keyword.h"
#include "executor/stanza/route-file.h"
#include "openrc/rc-vrf/check-config.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

static void report(const struct stanza *s, const char *why, void *context)
{
	broken(context, "config-line", "%s: %s", s->name, why);
}

/* Keywords that mean nothing, or harm, where they stand; the executor sees them in its environment. */
static void check_place(const struct stanza *s, struct findings *f)
{
	for (const struct keyword *k = keywords; !s->vrf.is_vrf && k->name; k++)
		if (k->needs == NEEDS_TABLE && interfaces_say(s->name, k->name, NULL))
			broken(f, "config-needs-table", "%s: %s needs vrf-table", s->name, k->name);
	if (s->vrf.is_vrf && interfaces_say(s->name, "gateway", NULL))
		broken(f, "config-gateway-vrf",
		       "%s: gateway cannot stand in a VRF's own stanza: write table-route default via ...", s->name);
	if (s->vrf.member[0] && interfaces_say(s->name, "gateway", NULL) && !ip_knows_vrf())
		broken(f, "config-gateway-busybox",
		       "%s: gateway of a member needs the ip of iproute2, and ip is busybox: write table-route default "
		       "via ...",
		       s->name);
}

/* What ifup refuses; that table-connected needs a VRF is said elsewhere. */
static void check_derived(const struct stanza *s, struct findings *f)
{
	const struct derived *d = &s->table.derived;
	struct failure why;

	if (s->bad || (!d->follow[0] && !s->vrf.is_vrf) || !stanza_derives(s->name, &s->vrf, &s->table, &why))
		return;
	broken(f, "config-follow", "%s: %s", s->name, why.text);
}

void check_route_file(const struct stanza *s, struct findings *f)
{
	struct failure why;

	if (s->table.file && route_file_check(s->table.file, &why))
		broken(f, "config-route-file", "%s: %s", s->name, why.text);
}

/* The default table needs the VRFs of all others. */
static void check_table(const struct stanzas *all, struct stanza *s, struct findings *f)
{
	const struct stanza *master = stanzas_vrf(all, s->vrf.member);
	bool lacks = false, rule_lacks = false;

	if (!stanzas_read_table(all, s, report, f))
		s->bad = true;
	for (size_t i = 0; i < s->table.routes.count; i++)
		lacks |= !s->table.routes.route[i].table;
	for (size_t i = 0; i < s->table.rules.count; i++)
		rule_lacks |= rule_needs_table(&s->table.rules.rule[i]);
	/* of a VRF whose own values are none nobody knows the table */
	if (s->bad || (s->vrf.member[0] && (!master || master->bad)))
		lacks = rule_lacks = false;
	if (lacks)
		broken(f, "config-route-no-table",
		       "%s: a table-route has no table: say table T, table-id or vrf-member", s->name);
	if (rule_lacks)
		broken(f, "config-rule-no-table", "%s: a table-rule has no table: say table T, table-id or vrf-member",
		       s->name);
	check_derived(s, f);
	check_route_file(s, f);
}

static void no_such_vrf(const struct stanzas *all, const struct stanza *s, struct findings *f)
{
	const struct kernel none = { 0 };
	char *names = stanzas_vrf_names(all, &none);

	broken(f, "config-member-no-vrf", "%s: vrf-member \"%s\": no stanza of that name has vrf-table", s->name,
	       s->vrf.member);
	remedy(f, "write one, or another name: there is %s", names && *names ? names : "none");
	free(names);
}

static void check_member(const struct stanzas *all, const struct stanza *s, struct findings *f)
{
	const struct stanza *master = stanzas_vrf(all, s->vrf.member);

	if (!s->vrf.member[0])
		return;
	if (!master)
		no_such_vrf(all, s, f);
	else if (master->vrf.by_mark && !master->bad)
		broken(f, "config-member-of-mark",
		       "%s: vrf-member \"%s\": services of that VRF are bound by mark, it has no members", s->name,
		       s->vrf.member);
}

static void check_clash(const struct stanza *a, const struct stanza *b, struct findings *f)
{
	/* what is refused already clashes with nothing */
	if (!a->vrf.is_vrf || !b->vrf.is_vrf || a->bad || b->bad || !strcmp(a->name, b->name))
		return;
	if (a->vrf.table == b->vrf.table)
		broken(f, "config-same-table", "%s and %s both have table %u", a->name, b->name, a->vrf.table);
	if (a->vrf.by_mark && b->vrf.by_mark && a->vrf.mark == b->vrf.mark)
		broken(f, "config-same-mark", "%s and %s both have mark 0x%x", a->name, b->name, a->vrf.mark);
}

static bool is_member(const struct stanzas *all, const char *dev, const char *vrf)
{
	for (size_t i = 0; i < all->names.count; i++)
		if (!strcmp(all->stanza[i].name, dev) && !strcmp(all->stanza[i].vrf.member, vrf))
			return true;
	return false;
}

static const char *destination(const struct route *route, char text[PREFIX_TEXT])
{
	return route->dst.len ? prefix_text(&route->dst, text) : "default";
}

/* A VRF by mark over another one's member: what comes in there is that one's. */
static void check_shared(const struct stanzas *all, const struct stanza *s, const struct route *route, const char *dev,
			 struct findings *f)
{
	const struct stanza *shared = stanzas_find(all, dev);
	char text[PREFIX_TEXT];

	if (!shared || !shared->vrf.member[0])
		return;
	broken(f, "config-replies-dropped", "%s: replies from %s do not arrive: %s is a member of %s", s->name,
	       destination(route, text), dev, shared->vrf.member);
	remedy(f, "take that route out of its stanza, or vrf-member out of %s's", dev);
}

/* Others can send to it, if main leads there. */
static bool has_own_address(const char *vrf)
{
	struct values lines = { 0 };
	struct failure ignored;
	bool found = false;

	if (interfaces_query(vrf, "address", &lines, &ignored))
		return false;
	for (size_t i = 0; i < lines.count; i++)
		found |= strncmp(lines.text[i], "127.", 4) && strncmp(lines.text[i], "::1", 3);
	values_free(&lines);
	return found;
}

/* The dead recipe, before it is brought up. */
static void check_leak(const struct stanzas *all, const struct stanza *s, const struct route *route, const char *dev,
		       struct findings *f)
{
	char text[PREFIX_TEXT];

	if (s->vrf.by_mark) {
		check_shared(all, s, route, dev, f);
		return;
	}
	if (!dev[0] || !strcmp(dev, s->name) || !strcmp(dev, "lo") || stanzas_vrf(all, dev) ||
	    is_member(all, dev, s->name) || has_own_address(s->name))
		return;
	broken(f, "config-replies-no-member", "%s: replies to %s cannot arrive: %s is not a member of %s", s->name,
	       destination(route, text), dev, s->name);
	remedy(f, "write vrf-bind mark in its stanza to share %s, or vrf-member %s in %s's", dev, s->name, dev);
}

static void check_leaks(const struct stanzas *all, const struct stanza *s, struct findings *f)
{
	for (size_t i = 0; i < s->table.routes.count; i++) {
		const struct route *route = &s->table.routes.route[i];

		for (int j = 0; route->type == RTN_UNICAST && route->table == s->vrf.table && j < route->hops; j++)
			/* what answers an encapsulated packet comes in another one */
			if (!route->hop[j].encap)
				check_leak(all, s, route, route->hop[j].dev, f);
	}
}

/* Who brings it up at boot then is a member, or nobody: "eth1, sshd"; to be freed */
static char *who_needs(const struct stanzas *all, const struct services *services, const char *vrf)
{
	char *list = memory_copy("");

	for (size_t i = 0; i < all->names.count; i++)
		if (!strcmp(all->stanza[i].vrf.member, vrf) && interfaces_auto(all->stanza[i].name))
			list = stanzas_add_name(list, all->stanza[i].name);
	for (size_t i = 0; i < services->count; i++)
		if (!strcmp(services->service[i].vrf, vrf))
			list = stanzas_add_name(list, services->service[i].name);
	return list;
}

static void check_auto(const struct stanzas *all, const struct stanza *s, const struct services *services,
		       struct findings *f)
{
	char *who = s->vrf.is_vrf && !interfaces_auto(s->name) ? who_needs(all, services, s->name) : NULL;

	if (who && *who) {
		broken(f, "config-no-auto", "%s: no auto line brings it up at boot, and it is needed by %s", s->name,
		       who);
		remedy(f, "write auto %s before its stanza", s->name);
	}
	free(who);
}

/* Does a stanza put anything into that table, or run commands that may? */
static bool is_filled(const struct stanzas *all, uint32_t table)
{
	for (size_t i = 0; i < all->names.count; i++) {
		const struct stanza *s = &all->stanza[i];

		if (interfaces_say(s->name, "up", NULL) || interfaces_say(s->name, "post-up", NULL) ||
		    interfaces_say(s->name, "table-route-file", NULL) || s->table.derived.follow[0] ||
		    interfaces_say(s->name, "table-connected", NULL))
			return true;
		for (size_t j = 0; j < s->table.routes.count; j++)
			if (s->table.routes.route[j].table == table)
				return true;
	}
	return false;
}

/* A VRF that shares an interface has the networks of its routes and no others. */
static void check_empty(const struct stanzas *all, const struct stanza *s, const struct services *services,
			struct findings *f)
{
	char *who = s->vrf.is_vrf && s->vrf.by_mark && !s->bad && !is_filled(all, s->vrf.table)
			    ? who_needs(all, services, s->name)
			    : NULL;

	if (who && *who) {
		warn(f, "config-no-routes", "%s: no stanza has a table-route for it: nobody reaches %s", s->name, who);
		remedy(f, "write table-route NETWORK dev INTERFACE to its stanza; interfaces-table(5)");
	}
	free(who);
}

static void check_all(const struct stanzas *all, const struct services *services, struct findings *f)
{
	for (size_t i = 0; i < all->names.count; i++) {
		const struct stanza *s = &all->stanza[i];

		check_member(all, s, f);
		check_auto(all, s, services, f);
		check_empty(all, s, services, f);
		for (size_t j = 0; j < i; j++)
			check_clash(&all->stanza[j], s, f);
		if (s->vrf.is_vrf && !s->bad)
			check_leaks(all, s, f);
	}
	for (size_t i = 0; i < services->count; i++) {
		const struct service *service = &services->service[i];

		if (check_refused(services, service, f) || !service->vrf[0] || stanzas_vrf(all, service->vrf))
			continue;
		broken(f, "config-service-no-vrf", "%s: no stanza %s has vrf-table: the service does not start",
		       service->name, service->vrf);
		remedy(f, "write one, or rc-vrf unset %s", service->name);
	}
}

/* ifupdown-ng passes over whatever stands outside of a stanza, and finds none in any other file. */
static bool is_interfaces(const char *path)
{
	static const char *const words[] = { "iface", "auto", "template", "source", "source-directory" };
	char *text = file_read(path), *rest = text, *line;
	bool found = false;

	while (!found && rest && (line = strsep(&rest, "\n"))) {
		size_t length;

		line += strspn(line, " \t");
		length = strcspn(line, " \t");
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			found |= strlen(words[i]) == length && !strncmp(line, words[i], length);
	}
	free(text);
	return found;
}

int check_config(const struct services *services, struct findings *f, struct failure *why)
{
	const char *file = env_get("INTERFACES_FILE");
	struct stanzas all;

	if (file && !is_interfaces(file))
		return fail(why, "%s is no interfaces file: no line of it begins with iface, auto, template or source",
			    file);
	if (stanzas_read(&all, report, f, why))
		return -1;
	for (size_t i = 0; i < all.names.count; i++) {
		check_keywords(&all.stanza[i], f);
		if (!all.stanza[i].bad)
			check_place(&all.stanza[i], f);
	}
	for (size_t i = 0; i < all.names.count; i++)
		check_table(&all, &all.stanza[i], f);
	check_all(&all, services, f);
	check_machine(&all, services, f);
	stanzas_free(&all);
	return 0;
}
