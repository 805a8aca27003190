// SPDX-License-Identifier: ISC
/*
 * openrc/check-config.c - an interfaces file that is not up yet; see check.h.  Each
 * stanza is read by the executors' own functions, then all are compared.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/env.h"
#include "executor/routefile.h"
#include "executor/stanza.h"
#include "openrc/check.h"

struct stanza {
	const char *name;
	struct vrf_options vrf;
	struct table_options table;
};

struct config {
	struct values names;
	struct stanza *stanza; /* as many, one for each name */
};

static const struct stanza *find_vrf(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->names.count; i++)
		if (c->stanza[i].vrf.is_vrf && !strcmp(c->stanza[i].name, name))
			return &c->stanza[i];
	return NULL;
}

static bool has(const char *iface, const char *keyword)
{
	struct values lines = { 0 };
	struct failure ignored;
	bool found = !env_query(iface, keyword, &lines, &ignored) && lines.count;

	values_free(&lines);
	return found;
}

/* ifupdown-ng takes any keyword, and an executor sees those that it asks for. */
static bool is_misspelt(const char *keyword)
{
	static const char *const vocabulary[] = {
		"vrf-table", "vrf-member", "vrf-bind", "vrf-mark", "vrf-mark-local", "vrf-loopback",
		"l3mdev-unreachable-pref", "l3mdev-local-pref", "l3mdev-accept",
		"table-route", "table-rule", "table-route-file", "table-id",
	};
	bool ours = false;

	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++) {
		if (!strcmp(keyword, vocabulary[i]))
			return false;
		ours |= !strncmp(keyword, vocabulary[i], strcspn(vocabulary[i], "-") + 1);
	}
	return ours;
}

static void check_keywords(const struct stanza *s, struct findings *f)
{
	struct values keywords = { 0 };
	struct failure why;

	if (env_keywords(s->name, &keywords, &why))
		broken(f, "%s: %s", s->name, why.text);
	for (size_t i = 0; i < keywords.count; i++) {
		const char *keyword = keywords.text[i];
		size_t first = 0;

		/* one line for all of a kind */
		while (strcmp(keywords.text[first], keyword))
			first++;
		if (first < i || !is_misspelt(keyword))
			continue;
		broken(f, "%s: %s is not a keyword: nothing comes of that line", s->name, keyword);
		remedy(f, "see interfaces-%.*s(5) for those that are", (int)strcspn(keyword, "-"), keyword);
	}
	values_free(&keywords);
}

/* Keywords that mean nothing, or harm, where they stand; the executor sees them in its environment. */
static void check_place(const struct stanza *s, struct findings *f)
{
	static const char *const keywords[] = { "vrf-bind", "vrf-mark", "vrf-mark-local", "vrf-loopback" };

	for (size_t i = 0; !s->vrf.is_vrf && i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (has(s->name, keywords[i]))
			broken(f, "%s: %s needs vrf-table", s->name, keywords[i]);
	if (s->vrf.is_vrf && has(s->name, "gateway"))
		broken(f, "%s: gateway cannot stand in a VRF's own stanza: write table-route default via ...", s->name);
	if (s->vrf.member[0] && has(s->name, "gateway") && !env_ip_knows_vrf())
		broken(f, "%s: gateway of a member needs the ip of iproute2, and ip is busybox: write table-route default "
			  "via ...", s->name);
}

static void read_vrf(struct stanza *s, struct findings *f)
{
	const struct source from = { .iface = s->name };
	struct l3mdev_options l3mdev;
	struct failure why;

	if (stanza_vrf(&from, &s->vrf, &why))
		broken(f, "%s: %s", s->name, why.text);
	else
		check_place(s, f);
	if (stanza_l3mdev(&from, &l3mdev, &why))
		broken(f, "%s: %s", s->name, why.text);
}

/* The default table needs the VRFs of all others. */
static void read_table(const struct config *c, struct stanza *s, struct findings *f)
{
	const struct source from = { .iface = s->name };
	const struct stanza *master = find_vrf(c, s->vrf.member);
	struct failure why;
	bool lacks = false;

	if (stanza_table(&from, s->vrf.is_vrf ? s->vrf.table : master ? master->vrf.table : 0, &s->table, &why)) {
		broken(f, "%s: %s", s->name, why.text);
		memset(&s->table, 0, sizeof(s->table));
		return;
	}
	for (size_t i = 0; i < s->table.routes.count; i++)
		lacks |= !s->table.routes.route[i].table;
	if (lacks)
		broken(f, "%s: a table-route has no table: say table T, table-id or vrf-member", s->name);
	if (s->table.file && routefile_check(s->table.file, &why))
		broken(f, "%s: %s", s->name, why.text);
}

static void check_member(const struct config *c, const struct stanza *s, struct findings *f)
{
	const struct stanza *master = find_vrf(c, s->vrf.member);

	if (!s->vrf.member[0])
		return;
	if (!master)
		broken(f, "%s: vrf-member \"%s\": no stanza of that name has vrf-table", s->name, s->vrf.member);
	else if (master->vrf.by_mark)
		broken(f, "%s: vrf-member \"%s\": services of that VRF are bound by mark, it has no members", s->name,
		       s->vrf.member);
}

static void check_clash(const struct stanza *a, const struct stanza *b, struct findings *f)
{
	if (!a->vrf.is_vrf || !b->vrf.is_vrf || !strcmp(a->name, b->name))
		return;
	if (a->vrf.table == b->vrf.table)
		broken(f, "%s and %s both have table %u", a->name, b->name, a->vrf.table);
	if (a->vrf.by_mark && b->vrf.by_mark && a->vrf.mark == b->vrf.mark)
		broken(f, "%s and %s both have mark 0x%x", a->name, b->name, a->vrf.mark);
}

static bool is_member(const struct config *c, const char *dev, const char *vrf)
{
	for (size_t i = 0; i < c->names.count; i++)
		if (!strcmp(c->stanza[i].name, dev) && !strcmp(c->stanza[i].vrf.member, vrf))
			return true;
	return false;
}

/* The dead recipe, before it is brought up. */
static void check_leak(const struct config *c, const struct stanza *s, const struct route *route, const char *dev,
		       struct findings *f)
{
	char text[PREFIX_TEXT];

	if (!dev[0] || !strcmp(dev, s->name) || !strcmp(dev, "lo") || find_vrf(c, dev) || is_member(c, dev, s->name))
		return;
	broken(f, "%s: replies to %s cannot arrive: %s is not a member of %s", s->name,
	       route->dst.len ? prefix_text(&route->dst, text) : "default", dev, s->name);
	remedy(f, "write vrf-bind mark in its stanza to share %s, or vrf-member %s in %s's", dev, s->name, dev);
}

static void check_leaks(const struct config *c, const struct stanza *s, struct findings *f)
{
	for (size_t i = 0; i < s->table.routes.count; i++) {
		const struct route *route = &s->table.routes.route[i];

		for (int j = 0; route->type == RTN_UNICAST && route->table == s->vrf.table && j < route->hops; j++)
			check_leak(c, s, route, route->hop[j].dev, f);
	}
}

static void check_all(const struct config *c, const struct services *all, struct findings *f)
{
	for (size_t i = 0; i < c->names.count; i++) {
		const struct stanza *s = &c->stanza[i];

		check_member(c, s, f);
		for (size_t j = 0; j < i; j++)
			check_clash(&c->stanza[j], s, f);
		if (s->vrf.is_vrf && !s->vrf.by_mark)
			check_leaks(c, s, f);
	}
	for (size_t i = 0; i < all->count; i++) {
		const struct service *service = &all->service[i];

		if (service_is_refused(service))
			check_refused(service, f);
		if (!service->vrf[0] || service_is_refused(service) || find_vrf(c, service->vrf))
			continue;
		broken(f, "%s: no stanza %s has vrf-table: the service does not start", service->name, service->vrf);
		remedy(f, "write one, or rc-vrf unset %s", service->name);
	}
}

int check_config(const struct services *all, struct findings *f, struct failure *why)
{
	struct config c = { 0 };

	if (env_list(&c.names, why))
		return -1;
	env_read_all();
	c.stanza = calloc(c.names.count + 1, sizeof(*c.stanza));
	if (!c.stanza)
		return fail(why, "out of memory");
	for (size_t i = 0; i < c.names.count; i++) {
		c.stanza[i].name = c.names.text[i];
		check_keywords(&c.stanza[i], f);
		read_vrf(&c.stanza[i], f);
	}
	for (size_t i = 0; i < c.names.count; i++)
		read_table(&c, &c.stanza[i], f);
	check_all(&c, all, f);
	for (size_t i = 0; i < c.names.count; i++)
		table_options_free(&c.stanza[i].table);
	free(c.stanza);
	values_free(&c.names);
	return 0;
}
