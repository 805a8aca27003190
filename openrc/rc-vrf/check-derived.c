/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-derived.c - what table-connected and table-follow make of table main, which the kernel and
 * people change without a word to ifup; see check-interfaces.h.
 */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/apply/derive.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/derived.h"
#include "executor/model/route-index.h"
#include "executor/model/route-plan.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/check-config.h"
#include "openrc/rc-vrf/check-interfaces.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/memory.h"

struct look {
	const struct kernel *k;
	const struct stanzas *stanzas;
	const struct stanza *s;
	const struct routes *have;
	struct routes want;      /* what the stanza says, and what follows */
	struct route_index said; /* by table-routes and files, of whichever stanza; read if something looks stale */
	bool read;
	struct findings *f;
};

/* Of the kind that these two make */
static bool is_derived(const struct derived *d, const struct route *route)
{
	return route->protocol == VRF_PROTOCOL && !route->foreign &&
	       ((d->connected && route->type == d->connected) || (d->follow[0] && route_names(route, d->follow)));
}

static void read_said(struct look *l)
{
	struct failure ignored;

	for (size_t i = 0; i < l->stanzas->names.count; i++) {
		const struct stanza *s = &l->stanzas->stanza[i];
		const struct stanza *vrf = s->vrf.is_vrf ? s : stanzas_vrf(l->stanzas, s->vrf.member);
		const struct source from = { .iface = s->name };

		stanza_places(&from, vrf ? vrf->vrf.table : 0, l->s->table.table, &l->said, &ignored);
	}
	route_index_sort(&l->said);
	l->read = true;
}

static bool is_said(struct look *l, const struct route *route)
{
	if (!l->read)
		read_said(l);
	return l->said.failed || route_index_find(&l->said, route);
}

static void compare(struct look *l, size_t first)
{
	char text[ROUTE_TEXT];

	for (size_t i = first; i < l->want.count; i++) {
		const struct route *route = &l->want.route[i];

		if (kernel_has_route(l->k, l->have, route))
			continue;
		broken(l->f, "route-not-followed", "%s: route %s, which follows from table main, is not there",
		       l->s->name, route_text(route, text));
		remedy(l->f, "ifup -f %s", l->s->name);
	}
	for (size_t i = 0; i < l->have->count; i++) {
		const struct route *route = &l->have->route[i];

		if (!is_derived(&l->s->table.derived, route) || !route_is_stale(route, &l->want) || is_said(l, route))
			continue;
		broken(l->f, "route-outlived", "%s: route %s follows from table main no more, and is still there",
		       l->s->name, route_text(route, text));
		remedy(l->f, "ifup -f %s", l->s->name);
	}
}

void check_derived(struct netlink *nl, const struct kernel *k, const struct stanzas *stanzas, const struct stanza *s,
		   const struct service *only, struct findings *f)
{
	const uint32_t table = s->table.table;
	const struct vrf *vrf = kernel_vrf_by_table(k, table);
	struct look l = { .k = k, .stanzas = stanzas, .s = s, .f = f };
	struct routes main = { 0 }, refused = { 0 }, other = { 0 };
	struct failure why;
	int err = 0;

	/* of a VRF that is not there, or has another table than its stanza, check_stanzas() speaks */
	if (!derives(&s->table.derived) || stanza_derives(s->name, &s->vrf, &s->table, &why) ||
	    (s->vrf.is_vrf && s->vrf.table == table && !vrf) || (only && !(vrf && !strcmp(only->vrf, vrf->link->name))))
		return;
	if (table_options_refused(&s->table, &refused, &why)) {
		check_route_file(s, f);
		routes_free(&refused);
		return;
	}
	if (routes_get(nl, RT_TABLE_MAIN, &k->links, &main) || (!vrf && routes_get(nl, table, &k->links, &other)))
		trouble("cannot list the routes: %s", netlink_words(nl));
	l.have = vrf ? &vrf->routes : &other;
	for (size_t i = 0; !err && i < s->table.routes.count; i++)
		err = routes_add(&l.want, &s->table.routes.route[i]);
	if (!err)
		err = derive_networks(&s->table.derived, &k->addresses, &k->links, &main);
	if (err || derived_routes(&s->table.derived, &main, &refused, table, &l.want))
		memory_out();
	compare(&l, s->table.routes.count);
	route_index_free(&l.said);
	routes_free(&l.want);
	routes_free(&main);
	routes_free(&refused);
	routes_free(&other);
}
