/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-stanzas.c - what the interfaces file says and the kernel has not: VRFs,
 * members, routes; see check.h.  Of what ifupdown-ng takes for up, or a service wants; the rest is
 * for check-not-up.c.
 */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check-interfaces.h"
#include "openrc/rc-vrf/check-look.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/handed.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

char *append(char *text, const char *more)
{
	char *grown = memory_text("%s%s", text, more);

	free(text);
	return grown;
}

bool names_have(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

void names_put(struct names *names, const char *name)
{
	if (!names_have(names, name))
		names->name[names->count++] = name;
}

static bool wants(const struct services *all, const struct service *service)
{
	struct findings ignored = { 0 };
	bool wanted = service->vrf[0] && !check_refused(all, service, &ignored);

	findings_free(&ignored);
	return wanted;
}

/* What a service makes of it that its VRF is not there. */
static const char *plight(const struct services *all, const struct service *service, char text[64])
{
	if (!service->inside)
		for (size_t i = 0; i < all->processes; i++) {
			const struct process *p = &all->process[i];

			if (p->service != service)
				continue;
			snprintf(text, 64, "is in %s%s until it is restarted", p->vrf[0] ? "VRF " : "no VRF", p->vrf);
			return text;
		}
	return service->inside ? "reaches nobody" : "does not start";
}

struct handing {
	const struct look *l;
	const struct process *process;
	const char *vrf;
	bool found;
};

static void take_handed(const struct inet_socket *s, void *context)
{
	struct handing *h = context;
	struct handed of;

	h->found |= handed_find(h->l->k, s, h->process->cgroup, &of) && !strcmp(of.vrf, h->vrf);
}

/* Has it a listener of that VRF, which is not its own? */
static bool is_handed(const struct look *l, const struct service *service, const char *vrf)
{
	struct handing h = { .l = l, .vrf = vrf };

	for (size_t i = 0; !h.found && i < l->all->processes; i++) {
		h.process = &l->all->process[i];
		if (h.process->service == service)
			sockets_of(l->sockets, h.process->pid, take_handed, &h);
	}
	return h.found;
}

/* The VRF of which its files say that it gets listeners, or NULL. */
static const char *listens_in(const struct look *l, size_t i)
{
	const struct service *s = &l->all->service[i];
	const char *vrf = s->listen_vrf;

	return vrf && *vrf && strcmp(vrf, "default") && (l->wants[i] || !s->vrf[0]) ? vrf : NULL;
}

/* What it makes of it that the VRF is not there; NULL: nothing */
static const char *complaint(const struct look *l, size_t i, const char *vrf, char text[64])
{
	const struct service *s = &l->all->service[i];
	const char *listens = listens_in(l, i);

	if (!strcmp(s->vrf, vrf) && l->wants[i])
		return plight(l->all, s, text);
	if (is_handed(l, s, vrf))
		return "is not reached there";
	return listens && !strcmp(listens, vrf) ? "gets no listeners of it" : NULL;
}

/* "sshd reaches nobody, ntpd does not start, httpd is in VRF red until it is restarted"; to be freed */
static char *without(const struct look *l, const char *vrf)
{
	const struct services *all = l->all;
	char *text = memory_copy(""), *grown;

	for (size_t i = 0; i < all->count; i++) {
		const struct service *s = &all->service[i];
		char room[64];
		const char *how = l->only && s != l->only ? NULL : complaint(l, i, vrf, room);

		if (!how)
			continue;
		grown = memory_text("%s%s%s %s", text, *text ? ", " : "", s->name, how);
		free(text);
		text = grown;
	}
	return text;
}

/* A device is deleted only if an administrator or a user has made it, and in the place of a VRF. */
static void cure_other_kind(const struct look *l, const struct link *other, const char *again)
{
	char *names;

	if (!stanzas_vrf(l->stanzas, other->name)) {
		names = stanzas_vrf_names(l->stanzas, l->k);
		remedy(l->f, "%s is no VRF: rc-vrf set SERVICE VRF with the name of one; there is %s", other->name,
		       names && *names ? names : "none");
		free(names);
	} else if (other->kind[0]) {
		remedy(l->f, "ip link del %s; ifup%s %s" SQUATTER, other->name, again, other->name);
	} else {
		remedy(l->f,
		       "%s is a network card: give the VRF another name, in its stanza and wherever else it stands",
		       other->name);
	}
}

bool is_anybodys(const struct look *l, const char *vrf)
{
	for (size_t i = 0; i < l->all->count; i++)
		if (l->wants[i] && !strcmp(l->all->service[i].vrf, vrf))
			return true;
	return false;
}

bool is_expected(const struct look *l, const struct stanza *vrf)
{
	return stanzas_is_up(l->stanzas, vrf->name) || kernel_vrf(l->k, vrf->name) || interfaces_auto(vrf->name) ||
	       is_anybodys(l, vrf->name);
}

/* Has the VRF to do with that interface, by its stanza: as a member, by a route, by a line requires? */
static bool rests_on(const struct look *l, const struct stanza *vrf, const struct stanza *s, const char *iface)
{
	struct values lines = { 0 };
	struct failure ignored;
	bool found = !strcmp(s->vrf.member, vrf->name);

	for (size_t i = 0; !found && i < vrf->table.routes.count; i++)
		for (int j = 0; j < vrf->table.routes.route[i].hops; j++)
			found |= !strcmp(vrf->table.routes.route[i].hop[j].dev, iface);
	if (!found && !interfaces_query(vrf->name, "requires", &lines, &ignored))
		for (size_t i = 0; i < lines.count; i++) {
			char *rest = lines.text[i], *word;

			while ((word = next_word(&rest)))
				found |= !strcmp(word, iface);
		}
	values_free(&lines);
	return found && is_expected(l, vrf);
}

/* It comes back by itself, with its VRF. */
static bool waits_for_vrf(const struct look *l, const struct link *link, const struct stanza *s)
{
	const struct vrf *vrf = kernel_vrf(l->k, s->vrf.member);

	return link->waits && s->vrf.member[0] && !(vrf && vrf->link->flags & IFF_UP);
}

/* Of an interface that is up, and a member as its stanza has it, what ails it; else nothing. */
static enum ailment ailment(const struct look *l, const struct link *link, const struct stanza *s,
			    struct prefix *address)
{
	const struct vrf *vrf = kernel_vrf_of(l->k, link);

	if (!s || !stanzas_is_up(l->stanzas, s->name) || s->vrf.is_vrf || waits_for_vrf(l, link, s) ||
	    strcmp(vrf ? vrf->link->name : "", s->vrf.member))
		return INTERFACE_WELL;
	return interface_ailment(l->k, link, s, address);
}

/* Is it up, as what its stanza has for a member of that VRF?  What waits for its VRF comes by itself. */
static bool has_strayed(const struct look *l, const struct link *link, const char *vrf)
{
	const struct stanza *s = stanzas_of(l->stanzas, link->name);

	return s && !strcmp(s->vrf.member, vrf) && stanzas_is_up(l->stanzas, s->name) && !link->waits && !link->master;
}

/*
 * When a VRF is deleted by hand the kernel puts its members into the default VRF, up, without their
 * IPv6 addresses: each needs its own ifup.
 */
static void cure_deleted(const struct look *l, const char *vrf)
{
	char *flush = memory_copy(""), *members = memory_copy(""), one[CURE_TEXT];

	for (size_t i = 0; i < l->k->links.count; i++) {
		const struct link *link = &l->k->links.link[i];

		if (!has_strayed(l, link, vrf))
			continue;
		flush = append(flush, interface_flush(link, stanzas_of(l->stanzas, link->name), one));
		members = append(append(members, " "), link->name);
		names_put(l->cured, link->name);
	}
	names_put(l->cured, vrf);
	remedy(l->f, "%sifup -f %s%s", flush, vrf, members);
	free(flush);
	free(members);
}

static void cure_undeclared(const struct look *l, const char *vrf, const char *again)
{
	char *names = stanzas_vrf_names(l->stanzas, l->k);

	if (!is_anybodys(l, vrf))
		remedy(l->f, "write the name of a VRF to listen_vrf=: there is %s; or a stanza %s with vrf-table",
		       names && *names ? names : "none", vrf);
	else if (!parse_vrf_name(vrf))
		remedy(l->f, "no VRF can be called so: write vrf=\"default\" for none, or the name of one; there is %s",
		       names && *names ? names : "none");
	else
		remedy(l->f,
		       "write a stanza %s with vrf-table (interfaces-vrf(5)) and ifup%s it; or rc-vrf unset for the service; "
		       "there is %s",
		       vrf, again, names && *names ? names : "no VRF");
	free(names);
}

/* One finding for all services of a VRF that is not there; none if nobody misses it. */
static void check_missing(const struct look *l, const char *vrf)
{
	bool up = stanzas_is_up(l->stanzas, vrf), declared = stanzas_vrf(l->stanzas, vrf);
	const struct link *other = links_by_name(&l->k->links, vrf);
	const char *again = up ? " -f" : "";
	char *who = without(l, vrf);

	if (other && (*who || up)) {
		broken(l->f, "vrf-is-other-device",
		       "there is no VRF %s, but a device of another kind with its name: %s", vrf,
		       *who ? who : "no service names it");
		cure_other_kind(l, other, again);
	} else if (up && declared) {
		broken(l->f, "vrf-gone", "there is no VRF %s, which ifupdown-ng takes for up: %s", vrf,
		       *who ? who : "no service names it");
		cure_deleted(l, vrf);
	} else if (*who && l->known && !declared) {
		broken(l->f, "vrf-undeclared", "there is no VRF %s, and no stanza declares it: %s", vrf, who);
		cure_undeclared(l, vrf, again);
	} else if (*who) {
		broken(l->f, "vrf-missing", "there is no VRF %s: %s", vrf, who);
		remedy(l->f, "ifup%s %s", again, vrf);
	}
	free(who);
}

static void check_name(const struct look *l, struct names *done, const char *vrf)
{
	if (names_have(done, vrf))
		return;
	names_put(done, vrf);
	if (!kernel_vrf(l->k, vrf))
		check_missing(l, vrf);
}

/* Of a service alone: does it miss that VRF? */
static bool is_missed(const struct look *l, const char *vrf)
{
	char *who = kernel_vrf(l->k, vrf) ? NULL : without(l, vrf);
	bool missed = who && *who;

	free(who);
	return missed;
}

static void check_vrfs(const struct look *l)
{
	struct names done = { memory_zero(2 * l->all->count + l->stanzas->names.count + 1, sizeof(*done.name)), 0 };

	for (size_t i = 0; i < l->all->count; i++) {
		const struct service *s = &l->all->service[i];
		const char *listens = listens_in(l, i);

		if (l->only && s != l->only)
			continue;
		if (l->wants[i])
			check_name(l, &done, s->vrf);
		if (listens)
			check_name(l, &done, listens);
	}
	for (size_t i = 0; i < l->stanzas->names.count; i++) {
		const struct stanza *s = &l->stanzas->stanza[i];

		if (s->vrf.is_vrf && (!l->only || is_missed(l, s->name)))
			check_name(l, &done, s->name);
	}
	free(done.name);
}

/* By mark it has none, which check_mark() says. */
static const struct vrf *with_members(const struct look *l, const char *name)
{
	const struct vrf *vrf = kernel_vrf(l->k, name);

	return vrf && !vrf->mark ? vrf : NULL;
}

static bool concerns(const struct look *l, const struct vrf *vrf)
{
	return !l->only || !strcmp(l->only->vrf, vrf->link->name);
}

/* ifup fails for it, unless it comes by another stanza. */
static void check_misnamed(const struct look *l, const struct stanza *s)
{
	char *names;

	if (l->only || !s || !s->vrf.member[0] || stanzas_vrf(l->stanzas, s->vrf.member) ||
	    kernel_vrf(l->k, s->vrf.member) || !(stanzas_is_up(l->stanzas, s->name) || interfaces_auto(s->name)))
		return;
	names = stanzas_vrf_names(l->stanzas, l->k);
	broken(l->f, "member-no-vrf", "%s shall be a member of %s, and no stanza of that name has vrf-table", s->name,
	       s->vrf.member);
	remedy(l->f, "write one, or another name in its stanza: there is %s", names && *names ? names : "none");
	free(names);
}

static void check_member(const struct look *l, const struct link *link)
{
	const struct stanza *s = stanzas_of(l->stanzas, link->name);
	const struct vrf *is = kernel_vrf_of(l->k, link), *shall = s ? with_members(l, s->vrf.member) : NULL;
	bool up = s && stanzas_is_up(l->stanzas, s->name);
	char flush[CURE_TEXT];

	check_misnamed(l, s);
	if (l->only && !(is && concerns(l, is)) && !(shall && concerns(l, shall)))
		return;
	if (shall && up && is != shall) {
		broken(l->f, "member-missing", "%s is not a member of %s, as its stanza has it", link->name,
		       shall->link->name);
		remedy(l->f, "%sifup -f %s", interface_flush(link, s, flush), link->name);
		names_put(l->cured, link->name);
	} else if (is && !is->mark && !shall && stanzas_vrf(l->stanzas, is->link->name) && (!s || !s->vrf.member[0])) {
		broken(l->f, "member-undeclared",
		       "%s is a member of %s, and no stanza says so: services in it may use %s", link->name,
		       is->link->name, link->name);
		/* the kernel drops its addresses of IPv6 and its routes with the membership */
		remedy(l->f, "ip link set %s nomaster; rc-vrf sync%s%s # or write vrf-member %s in its stanza",
		       link->name, up ? "; ifup -f " : "", up ? link->name : "", is->link->name);
	}
}

bool is_needed(const struct look *l, const struct stanza *s, const char *iface)
{
	for (size_t i = 0; s && i < l->stanzas->names.count; i++) {
		const struct stanza *vrf = &l->stanzas->stanza[i];

		if (vrf->vrf.is_vrf && (!l->only || !strcmp(l->only->vrf, vrf->name)) && rests_on(l, vrf, s, iface))
			return true;
	}
	return false;
}

/* A VLAN comes up only if its card is, of which nothing was said if no VRF needs it: "ifup -f eth1; " */
static const char *card_first(const struct look *l, const struct link *link, enum ailment ails, char text[CURE_TEXT])
{
	const struct link *card = ails == INTERFACE_DOWN ? links_by_index(&l->k->links, link->card) : NULL;

	text[0] = '\0';
	if (!card || card->flags & IFF_UP || names_have(l->cured, card->name))
		return text;
	names_put(l->cured, card->name);
	snprintf(text, CURE_TEXT, stanzas_of(l->stanzas, card->name) ? "ifup -f %s; " : "ip link set %s up; ",
		 card->name);
	return text;
}

/*
 * Each once, and each card before its VLANs: what an ifup -f has added, an address, a gateway, it
 * would add again, and fail.
 */
static void check_interface(const struct look *l, const struct link *link)
{
	const struct stanza *s = stanzas_of(l->stanzas, link->name);
	const struct link *card = links_by_index(&l->k->links, link->card);
	struct prefix address;
	/* one that is no member any more has gone down with its VRF, and nobody else will say so */
	bool ours = is_needed(l, s, link->name) || (link->waits && !l->only);
	enum ailment ails = ours ? ailment(l, link, s, &address) : INTERFACE_WELL;
	char text[PREFIX_TEXT], first[CURE_TEXT], cure[CURE_TEXT];

	if (ails == INTERFACE_WELL || names_have(l->cured, link->name))
		return;
	if (card)
		check_interface(l, card);
	names_put(l->cured, link->name);
	address.len = ails == INTERFACE_DOWN ? 0 : (uint8_t)family_bits(address.family);
	if (ails == INTERFACE_DOWN)
		broken(l->f, "interface-down", "%s is down, and ifupdown-ng takes it for up", link->name);
	else if (ails == INTERFACE_BARE)
		broken(l->f, "address-missing", "%s lacks address %s, which its stanza has", link->name,
		       prefix_text(&address, text));
	else
		broken(l->f, "address-no-routes", "%s: address %s has no routes in table %u: nothing comes from it",
		       link->name, prefix_text(&address, text), kernel_vrf_of(l->k, link)->link->table);
	remedy(l->f, "%s%s", card_first(l, link, ails, first), interface_cure(l->k, link, s, ails, cure));
}

/* Is a route through that device to be expected?  Not before its stanza is up. */
static bool is_due(const struct look *l, const struct route *route)
{
	for (int i = 0; i < route->hops; i++) {
		const struct stanza *s = route->hop[i].dev[0] ? stanzas_of(l->stanzas, route->hop[i].dev) : NULL;

		if (s && !stanzas_is_up(l->stanzas, s->name))
			return false;
	}
	return l->k->has[route->dst.family == AF_INET6];
}

/* NULL: they concern nobody, or cannot be read. */
static const struct routes *routes_of(const struct look *l, uint32_t table, struct routes *other)
{
	const struct vrf *vrf = kernel_vrf_by_table(l->k, table);

	if (vrf)
		return concerns(l, vrf) ? &vrf->routes : NULL;
	return l->only || routes_get(l->nl, table, &l->k->links, other) ? NULL : other;
}

/* Through which interface would it go?  The kernel knows a gateway by those of the VRF alone. */
static bool has_no_member(const struct look *l, const struct route *route)
{
	const struct vrf *vrf = kernel_vrf_by_table(l->k, route->table);

	for (size_t i = 0; vrf && i < l->k->links.count; i++)
		if (l->k->links.link[i].master == vrf->link->ifindex)
			return false;
	return vrf && !vrf->mark && route->hops && !route->hop[0].dev[0];
}

static void check_routes(const struct look *l, const struct stanza *s)
{
	char text[ROUTE_TEXT];

	/* they are there, in the table that it has until it is made anew */
	if (has_changed_table(s->vrf.member[0] ? stanzas_vrf(l->stanzas, s->vrf.member) : s,
			      kernel_vrf(l->k, s->vrf.member[0] ? s->vrf.member : s->name)))
		return;
	for (size_t i = 0; i < s->table.routes.count; i++) {
		const struct route *route = &s->table.routes.route[i];
		struct routes other = { 0 };
		const struct routes *have =
			route->table && is_due(l, route) ? routes_of(l, route->table, &other) : NULL;

		if (have && !kernel_has_route(l->k, have, route)) {
			broken(l->f, "route-missing", "%s: route %s, which its stanza has, is not there", s->name,
			       route_text(route, text));
			if (has_no_member(l, route)) {
				remedy(l->f,
				       "# no interface is a member: write `vrf %s` in the stanza of one, then ifup it",
				       s->name);
				continue;
			}
			remedy(l->f, names_have(l->cured, s->name) ? "# by the ifup -f %s above" : "ifup -f %s",
			       s->name);
			names_put(l->cured, s->name);
		}
		routes_free(&other);
	}
}

void check_stanzas(struct netlink *nl, const struct kernel *k, const struct services *all, const struct service *only,
		   struct findings *f)
{
	struct stanzas stanzas;
	struct failure ignored;
	struct inet_sockets sockets;
	struct names cured = { 0 };
	bool *readable;
	struct look l = {
		.nl = nl, .k = k, .stanzas = &stanzas, .all = all, .only = only, .sockets = &sockets, .f = f
	};

	l.wants = memory_zero(all->count + 1, sizeof(*l.wants));
	for (size_t i = 0; i < all->count; i++)
		l.wants[i] = wants(all, &all->service[i]);
	/* without an interfaces file, or ifupdown-ng, there is nothing to compare */
	l.known = !stanzas_read(&stanzas, NULL, NULL, &ignored);
	readable = memory_zero(stanzas.names.count + 1, sizeof(*readable));
	cured.name = memory_zero(k->links.count + stanzas.names.count + 1, sizeof(*cured.name));
	l.cured = &cured;
	stanzas_read_running(&stanzas);
	for (size_t i = 0; l.known && i < stanzas.names.count; i++) {
		const bool up = stanzas_is_up(&stanzas, stanzas.stanza[i].name);

		/* of a VRF that is not, for what its routes need */
		if (up || (stanzas.stanza[i].vrf.is_vrf && is_expected(&l, &stanzas.stanza[i])))
			readable[i] = stanzas_read_table(&stanzas, &stanzas.stanza[i], NULL, NULL) && up;
	}
	/* before the VRFs that rest on them */
	for (size_t i = 0; l.known && i < k->links.count; i++)
		check_interface(&l, &k->links.link[i]);
	if (l.known)
		check_not_up(&l, NOT_UP_OTHERS);
	/* one that is left may have the table of one that is missing */
	if (l.known)
		check_left(&l);
	/* check_services() says it if they cannot be listed */
	sockets_read(&sockets);
	check_vrfs(&l);
	sockets_free(&sockets);
	if (l.known)
		check_not_up(&l, NOT_UP_VRFS);
	for (size_t i = 0; l.known && i < k->links.count; i++)
		check_member(&l, &k->links.link[i]);
	if (l.known)
		check_not_up(&l, NOT_UP_MEMBERS);
	for (size_t i = 0; i < k->links.count; i++) {
		const struct vrf *vrf = kernel_vrf_of(k, &k->links.link[i]);

		if (!only || (vrf && concerns(&l, vrf)))
			check_tunnel(k, &k->links.link[i], stanzas_of(&stanzas, k->links.link[i].name), f);
	}
	for (size_t i = 0; l.known && i < stanzas.names.count; i++)
		if (!only || !strcmp(only->vrf, stanzas.stanza[i].name))
			check_changed(&stanzas.stanza[i], kernel_vrf(k, stanzas.stanza[i].name), all, f);
	for (size_t i = 0; l.known && i < stanzas.names.count; i++)
		if (readable[i]) {
			check_routes(&l, &stanzas.stanza[i]);
			check_derived(nl, k, &stanzas, &stanzas.stanza[i], only, f);
		}
	if (l.known && !only)
		check_counts(&stanzas, f);
	stanzas_free(&stanzas);
	free(readable);
	free(cured.name);
	free(l.wants);
}
