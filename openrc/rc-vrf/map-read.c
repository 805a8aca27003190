/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/map-read.c - the model of a picture; see map-read.h.  The first VRF of the model
 * is the default VRF, the others are the kernel's by table: each kernel lists them in an order of
 * its own.
 */
#include <langinfo.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/map-read.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/asked.h"
#include "openrc/state/handed.h"
#include "openrc/state/memory.h"

/* Of the networks of a way, and of the listeners of a service: the rest is counted. */
enum { KEEP = 8 };

/* A listener of a service's, which vrf-listen has made in a VRF where nothing of the service runs. */
struct map_handed {
	const struct service *service;
	const struct inet_socket *socket;
	char vrf[IFNAMSIZ]; /* "": none */
};

struct map_reading {
	const struct kernel *k;
	const struct services *all;
	const struct inet_sockets *sockets;
	struct naming names;
	struct map_model *m;
	const struct vrf **in_order; /* those of the model behind the first; NULL: missing */
	const char **name;           /* theirs */
	struct map_handed *handed;
	size_t handeds;
	struct map_vrf *v;     /* that is read now */
	const struct vrf *vrf; /* NULL: the default VRF */
};

/* No name of anybody's reaches a terminal as it is. */
static const char *safe(const char *text)
{
	static char *escaped;

	free(escaped);
	escaped = print_escaped(text, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	return escaped;
}

/* --- ways ------------------------------------------------------------------------- */

static bool is_down(const struct link *link)
{
	return !(link->flags & IFF_UP) || !(link->flags & IFF_RUNNING);
}

/* An interface's own: what the kernel makes by itself for each is left out. */
static void note_interface(const struct kernel *k, const struct link *link, struct map_way *w)
{
	char text[512] = "", address[PREFIX_TEXT];
	size_t used = 0;

	w->down = is_down(link);
	if (w->down || w->kind == MAP_SHARED)
		used = (size_t)snprintf(text, sizeof(text), "%s%s%s", w->kind == MAP_SHARED ? "shared" : "",
					w->down && w->kind == MAP_SHARED ? ", " : "",
					!w->down               ? ""
					: link->flags & IFF_UP ? "no link"
							       : "down");
	for (size_t i = 0; i < k->addresses.count && used < sizeof(text) - PREFIX_TEXT - 2; i++) {
		const struct address *a = &k->addresses.address[i];

		if (a->ifindex == link->ifindex && a->scope == RT_SCOPE_UNIVERSE)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used ? " " : "",
						 prefix_text(&a->local, address));
	}
	free(w->note);
	w->note = used ? memory_copy(text) : NULL;
}

static struct map_way *way_of_interface(struct map_reading *r, enum map_way_kind kind, const struct link *link)
{
	size_t before = r->v->ways;
	struct map_way *w = map_way(r->v, kind, link->ifindex, safe(link->name));

	if (r->v->ways > before)
		note_interface(r->k, link, w);
	return w;
}

/* Where a hop of the VRF's leads, by whose interface it is.  NULL: into itself. */
static struct map_way *way_of_link(struct map_reading *r, const struct link *link)
{
	const struct vrf *owner = link_is_vrf(link) ? kernel_vrf(r->k, link->name) : kernel_vrf_of(r->k, link);
	char text[2 * IFNAMSIZ + 8];

	if (owner == r->vrf && owner && link == owner->link)
		return NULL;
	if (owner == r->vrf)
		return strcmp(link->name, "lo") ? way_of_interface(r, MAP_INTERFACE, link) : NULL;
	if (!owner && r->vrf->mark)
		return way_of_interface(r, MAP_SHARED, link);
	if (owner && link == owner->link)
		return map_way(r->v, MAP_LEAK, link->ifindex, safe(link->name));
	snprintf(text, sizeof(text), "%s of %s", link->name, owner ? owner->link->name : "default");
	return map_way(r->v, MAP_LEAK, owner ? owner->link->ifindex : 0, safe(text));
}

static const char *network_text(const struct route *route, const struct hop *hop, char text[ROUTE_TEXT])
{
	char address[PREFIX_TEXT];
	size_t used = (size_t)snprintf(text, ROUTE_TEXT, "%s%s%s",
				       route->type == RTN_UNICAST ? "" : route_type_word(route->type),
				       route->type == RTN_UNICAST ? "" : " ",
				       route->dst.len ? prefix_text(&route->dst, address) : "default");

	if (hop && hop->via.family)
		snprintf(text + used, ROUTE_TEXT - used, " via %s", prefix_text(&hop->via, address));
	/* both families have a default */
	else if (!route->dst.len && route->dst.family == AF_INET6)
		snprintf(text + used, ROUTE_TEXT - used, " (IPv6)");
	if (hop && hop->encap) {
		used = strlen(text);
		snprintf(text + used, ROUTE_TEXT - used, " encap");
		encap_append(hop->encap, text, ROUTE_TEXT);
	}
	return text;
}

/* For each interface, or the last word of each table. */
static bool is_usual(const struct route *route)
{
	static const uint8_t link_local[2] = { 0xfe, 0x80 };

	return route->type == RTN_LOCAL || route->type == RTN_BROADCAST || route->type == RTN_ANYCAST ||
	       route->type == RTN_MULTICAST || route->metric == VRF_UNREACHABLE_METRIC ||
	       (route->dst.family == AF_INET6 && route->dst.len && !memcmp(route->dst.addr, link_local, 2)) ||
	       (route->dst.family == AF_INET6 && route->dst.len && route->dst.addr[0] == 0xff);
}

static void take_route(struct map_reading *r, const struct route *route)
{
	char text[ROUTE_TEXT];

	if (is_usual(route))
		return;
	if (!route_type_has_hops(route->type) || !route->hops)
		map_add_line(&map_way(r->v, MAP_NOWHERE, 0, "refused")->to, KEEP, network_text(route, NULL, text));
	for (unsigned int i = 0; route_type_has_hops(route->type) && i < route->hops; i++) {
		const struct link *link = links_by_index(&r->k->links, route->hop[i].ifindex);
		struct map_way *w = link ? way_of_link(r, link) : NULL;

		if (w)
			map_add_line(&w->to, KEEP, network_text(route, &route->hop[i], text));
	}
}

/* A table of nobody's, to which a rule leads. */
static void take_table(struct map_reading *r, const struct rule *rule, struct map_lines *to)
{
	struct netlink nl;
	struct routes routes;
	char text[ROUTE_TEXT];

	if (netlink_open(&nl, NULL, false))
		return;
	if (!routes_get(&nl, rule->table, &r->k->links, &routes)) {
		for (size_t i = 0; i < routes.count; i++)
			if (routes.route[i].dst.family == rule->family && !is_usual(&routes.route[i]))
				map_add_line(to, KEEP, route_text_with(&routes.route[i], "", text));
		routes_free(&routes);
	}
	netlink_close(&nl);
}

/* What decides is said without its preference, which a picture has no use for. */
static void take_rule(struct map_reading *r, const struct rule *rule)
{
	const struct link *link = rule_looks_up(rule) ? links_by_table(&r->k->links, rule->table) : NULL;
	struct rule plain = *rule;
	char text[RULE_TEXT], table[TABLE_TEXT];
	size_t before = r->v->ways;
	struct map_way *w;

	if (!rule_looks_up(rule) || (rule->protocol == VRF_PROTOCOL && rule->fwmask && link) ||
	    (r->vrf && rule->table == r->vrf->link->table) || rule->table == RT_TABLE_LOCAL ||
	    rule->table == RT_TABLE_DEFAULT || (!r->vrf && rule->table == RT_TABLE_MAIN))
		return;
	plain.has_pref = false;
	naming_table(&r->names, rule->table, table);
	if (link) {
		/* as a leak, with what is said of the packet for the network */
		w = map_way(r->v, MAP_LEAK, link->ifindex, safe(link->name));
		map_add_line(&w->to, KEEP, rule_text_with(&plain, "", text));
		return;
	}
	w = map_way(r->v, MAP_RULE, rule->table, safe(rule_text_with(&plain, table, text)));
	if (r->v->ways > before)
		take_table(r, rule, &w->to);
}

static void take_rules(struct map_reading *r)
{
	for (int i = 0; i < 2; i++) {
		const struct rules *rules = &r->k->rules[i];
		const struct rule **asked = memory_zero(rules->count + 1, sizeof(*asked));
		size_t count = 0;

		if (r->vrf)
			count = rules_asked(r->k, r->vrf, kernel_families[i], asked);
		for (size_t j = 0; !r->vrf && j < rules->count; j++)
			if (!rules->rule[j].l3mdev)
				asked[count++] = &rules->rule[j];
		for (size_t j = 0; j < count; j++)
			take_rule(r, asked[j]);
		free(asked);
	}
}

/* Those without routes stand there as well. */
static void take_interfaces(struct map_reading *r)
{
	const struct links *links = &r->k->links;

	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->link[i];

		if (r->vrf ? link->master == r->vrf->link->ifindex && !link_is_vrf(link) : false)
			way_of_interface(r, MAP_INTERFACE, link);
	}
	/* of the default VRF those that have an address */
	for (size_t i = 0; !r->vrf && i < r->k->addresses.count; i++) {
		const struct address *a = &r->k->addresses.address[i];
		const struct link *link = links_by_index(links, a->ifindex);

		if (link && a->scope == RT_SCOPE_UNIVERSE && !link_is_vrf(link) && !kernel_vrf_of(r->k, link) &&
		    strcmp(link->name, "lo"))
			way_of_interface(r, MAP_INTERFACE, link);
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct map_way *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void take_ways(struct map_reading *r, const struct routes *routes)
{
	take_interfaces(r);
	for (size_t i = 0; i < routes->count; i++)
		take_route(r, &routes->route[i]);
	take_rules(r);
	if (r->v->ways)
		qsort(r->v->way, r->v->ways, sizeof(*r->v->way), by_kind);
}

/* --- services ---------------------------------------------------------------------- */

struct hearing {
	const struct kernel *k;
	const struct vrf *vrf;
	struct map_service *s;
};

/* Is it bound to this VRF?  What cannot be told, as the mark is to root alone, is not left out. */
static bool hears_here(const struct hearing *h, const struct inet_socket *socket)
{
	/* of a VRF that is gone they have its number still */
	if (!h->vrf)
		return socket->ifindex && !links_by_index(&h->k->links, socket->ifindex);
	if (socket->ifindex)
		return kernel_belongs(h->k, h->vrf, socket->ifindex) || (h->vrf->mark && socket->mark == h->vrf->mark);
	return h->vrf->mark ? !socket->has_mark || socket->mark == h->vrf->mark : false;
}

static void take_listener(const struct inet_socket *socket, void *context)
{
	const struct hearing *h = context;
	char text[SOCKET_TEXT];

	if (hears_here(h, socket))
		map_add_line(&h->s->at, KEEP, socket_text(socket, text));
}

static void put_service(struct map_reading *r, const struct service *service, const char *vrf)
{
	char note[96];
	size_t count = 0;

	for (size_t i = 0; i < r->all->processes; i++)
		count += r->all->process[i].service == service && !strcmp(r->all->process[i].vrf, vrf);
	snprintf(note, sizeof(note), "%s%s", service_state_name(service),
		 !service->vrf[0]            ? ", configured for no VRF"
		 : strcmp(service->vrf, vrf) ? ", configured elsewhere"
		 : service->outside          ? ", with processes elsewhere"
					     : "");
	for (size_t i = 1; i < r->m->count; i++)
		if (!strcmp(r->name[i - 1], vrf) && (count || !strcmp(service->vrf, vrf))) {
			struct hearing h = { r->k, r->in_order[i - 1], NULL };

			h.s = map_add_service(&r->m->vrf[i], safe(service->name), note);
			each_listener(r->all, service, r->sockets, take_listener, &h);
		}
}

/* To the VRF that it is configured for, and to each in which it has a process. */
static void take_service(struct map_reading *r, const struct service *service)
{
	if (service->vrf[0])
		put_service(r, service, service->vrf);
	for (size_t i = 0; i < r->all->processes; i++) {
		const struct process *p = &r->all->process[i];
		bool seen = p->service != service || !p->vrf[0] || !strcmp(p->vrf, service->vrf);

		for (size_t j = 0; !seen && j < i; j++)
			seen = r->all->process[j].service == service && !strcmp(r->all->process[j].vrf, p->vrf);
		if (!seen)
			put_service(r, service, p->vrf);
	}
}

/* A process of nobody's. */
static void take_process(struct map_reading *r, const struct process *p)
{
	char text[64];

	snprintf(text, sizeof(text), "process %d (%s)", (int)p->pid, p->command);
	for (size_t i = 1; i < r->m->count; i++)
		if (!strcmp(r->name[i - 1], p->vrf))
			map_add_service(&r->m->vrf[i], safe(text), NULL);
}

static void take_services(struct map_reading *r)
{
	for (size_t i = 0; i < r->all->count; i++)
		if (service_concerned(r->all, &r->all->service[i]))
			take_service(r, &r->all->service[i]);
	for (size_t i = 0; i < r->all->processes; i++)
		if (!r->all->process[i].service && r->all->process[i].vrf[0])
			take_process(r, &r->all->process[i]);
}

/* --- listeners that were handed over ----------------------------------------------- */

static bool runs_in(const struct services *all, const struct service *service, const char *vrf)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && !strcmp(all->process[i].vrf, vrf))
			return true;
	return false;
}

struct search {
	struct map_reading *r;
	const struct service *service;
};

static bool find_handed(const struct search *search, const struct inet_socket *socket, struct handed *of)
{
	const struct services *all = search->r->all;
	const char *before = "";

	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (p->service != search->service || !strcmp(p->cgroup, before))
			continue;
		before = p->cgroup;
		if (handed_find(search->r->k, socket, p->cgroup, of))
			return true;
	}
	return false;
}

static void note_handed(const struct inet_socket *socket, void *context)
{
	const struct search *search = context;
	struct map_reading *r = search->r;
	struct handed of;

	if (!find_handed(search, socket, &of) || runs_in(r->all, search->service, of.vrf))
		return;
	r->handed = memory_grow(r->handed, r->handeds + 1, sizeof(*r->handed));
	r->handed[r->handeds] = (struct map_handed){ .service = search->service, .socket = socket };
	strcpy(r->handed[r->handeds++].vrf, of.vrf);
}

static void find_all_handed(struct map_reading *r)
{
	for (size_t i = 0; i < r->all->count; i++) {
		struct search search = { r, &r->all->service[i] };

		each_listener(r->all, search.service, r->sockets, note_handed, &search);
	}
}

static struct map_vrf *model_of(const struct map_reading *r, const char *vrf)
{
	if (!*vrf)
		return &r->m->vrf[0];
	for (size_t i = 1; i < r->m->count; i++)
		if (!strcmp(r->name[i - 1], vrf))
			return &r->m->vrf[i];
	return NULL;
}

/* Where is the service itself? */
static void note_place(const struct map_reading *r, const struct service *service, char note[64])
{
	for (size_t i = 0; i < r->all->processes; i++) {
		const struct process *p = &r->all->process[i];

		if (p->service != service)
			continue;
		snprintf(note, 64, "listens here, runs in %s%s", p->vrf[0] ? "VRF " : "no VRF", p->vrf);
		return;
	}
}

/* Those of one service in one VRF stand together, and one that is configured for the VRF is there already. */
static void take_handed(struct map_reading *r)
{
	for (size_t i = 0; i < r->handeds; i++) {
		const struct map_handed *first = &r->handed[i];
		struct map_vrf *v = model_of(r, first->vrf);
		struct map_service *s;
		char note[64] = "", text[SOCKET_TEXT];
		bool seen = !v || (first->vrf[0] && !strcmp(first->service->vrf, first->vrf));

		for (size_t j = 0; !seen && j < i; j++)
			seen = r->handed[j].service == first->service && !strcmp(r->handed[j].vrf, first->vrf);
		if (seen)
			continue;
		note_place(r, first->service, note);
		s = map_add_service(v, safe(first->service->name), note);
		for (size_t j = i; j < r->handeds; j++)
			if (r->handed[j].service == first->service && !strcmp(r->handed[j].vrf, first->vrf))
				map_add_line(&s->at, KEEP, socket_text(r->handed[j].socket, text));
	}
}

static void begin_vrf(struct map_reading *r, const struct vrf *vrf)
{
	char note[64], binding[24] = "device";

	r->vrf = vrf;
	if (!vrf) {
		r->v = map_add_vrf(r->m, "default", NULL);
		return;
	}
	if (vrf->mark)
		snprintf(binding, sizeof(binding), "mark 0x%x", vrf->mark);
	snprintf(note, sizeof(note), "table %u, by %s, %s", vrf->link->table, binding,
		 vrf->link->flags & IFF_UP ? "up" : "down");
	r->v = map_add_vrf(r->m, safe(vrf->link->name), note);
	r->v->ifindex = vrf->link->ifindex;
	r->v->down = !(vrf->link->flags & IFF_UP);
}

/* Services are to be in it, or run there, and it is not there. */
static void begin_missing(struct map_reading *r, const char *name)
{
	for (size_t i = 1; i < r->m->count; i++)
		if (!strcmp(r->name[i - 1], name))
			return;
	r->name[r->m->count - 1] = name;
	map_add_vrf(r->m, safe(name), "missing")->down = true;
}

static void take_missing(struct map_reading *r)
{
	for (size_t i = 0; i < r->all->count; i++)
		if (r->all->service[i].vrf[0] && r->all->service[i].vrf[0] != '?')
			begin_missing(r, r->all->service[i].vrf);
	for (size_t i = 0; i < r->all->processes; i++)
		if (r->all->process[i].vrf[0])
			begin_missing(r, r->all->process[i].vrf);
	for (size_t i = 0; i < r->handeds; i++)
		if (r->handed[i].vrf[0])
			begin_missing(r, r->handed[i].vrf);
}

static int by_table(const void *a, const void *b)
{
	const struct link *x = (*(const struct vrf *const *)a)->link, *y = (*(const struct vrf *const *)b)->link;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return strcmp(x->name, y->name);
}

void map_read(const struct kernel *k, const struct routes *main, const struct services *all,
	      const struct inet_sockets *sockets, struct map_model *m)
{
	struct map_reading r = { .k = k, .all = all, .sockets = sockets, .m = m };
	size_t most;

	find_all_handed(&r);
	most = k->count + all->count + all->processes + r.handeds;
	r.in_order = memory_zero(most + 1, sizeof(*r.in_order));
	r.name = memory_zero(most + 1, sizeof(*r.name));
	for (size_t i = 0; i < k->count; i++)
		r.in_order[i] = &k->vrf[i];
	qsort(r.in_order, k->count, sizeof(*r.in_order), by_table);
	naming_read(&r.names, &k->links);
	begin_vrf(&r, NULL);
	take_ways(&r, main);
	for (size_t i = 0; i < k->count; i++) {
		r.name[i] = r.in_order[i]->link->name;
		begin_vrf(&r, r.in_order[i]);
		take_ways(&r, &r.in_order[i]->routes);
	}
	take_missing(&r);
	take_services(&r);
	take_handed(&r);
	naming_free(&r.names);
	free(r.handed);
	free(r.name);
	free(r.in_order);
}
