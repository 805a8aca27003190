/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-kernel.c - rules, VRFs and their tables; see check.h. */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/prefix.h"
#include "executor/model/rule-plan.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/stanza.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/stanzas.h"

const char *const family_names[2] = { "inet", "inet6" };

static bool is_foreign(const struct rule *rule)
{
	return rule->protocol != VRF_PROTOCOL && !rule->l3mdev && rule->table != RT_TABLE_LOCAL;
}

/* May it catch what a process of this host sends? */
static bool catches_output(const struct rule *rule)
{
	return (!rule->iif[0] || !strcmp(rule->iif, "lo")) && (!rule->fwmask || rule->invert);
}

/* Where `local` stands in the list. */
static size_t local_place(const struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rule[i].table == RT_TABLE_LOCAL && !rules->rule[i].fwmask)
			return i;
	return 0;
}

/* The preference from which on a rule is behind all that a service in some VRF needs. */
static uint32_t behind_vrfs(const struct kernel *k, int i, const struct l3mdev_rules *want)
{
	uint32_t last = want->unreachable_pref ? want->unreachable_pref : VRF_PREF_L3MDEV, pref = 0;

	for (size_t j = 0; j < k->count; j++) {
		bool past = !k->vrf[j].mark && l3mdev_passes_local(&k->rules[i]);
		uint32_t own = k->vrf[j].mark ? VRF_PREF_MARK_UNREACHABLE : last;

		if (!past && own > pref)
			pref = own;
	}
	return pref;
}

static void check_foreign(const struct kernel *k, int i, const struct l3mdev_rules *want, struct findings *f)
{
	const struct rules *rules = &k->rules[i];
	uint32_t behind = behind_vrfs(k, i, want);
	size_t local = local_place(rules);
	char text[RULE_TEXT];

	for (size_t j = 0; j < rules->count; j++) {
		const struct rule *rule = &rules->rule[j];

		if (!is_foreign(rule))
			continue;
		if (j < local) {
			broken(f, "rule-foreign-before-local",
			       "%s: rule %s of somebody else's stands before local (%u): this host's own addresses "
			       "may lead elsewhere",
			       family_names[i], rule_text(rule, text), rules->rule[local].pref);
			remedy(f,
			       "give that rule a preference above %u, or write l3mdev-local-pref 0 in the stanza "
			       "of lo",
			       rules->rule[local].pref);
		} else if (rule->pref < behind && catches_output(rule)) {
			broken(f, "rule-foreign-before-vrfs",
			       "%s: rule %s of somebody else's stands before the VRFs' rules: what their services send "
			       "is looked up there first",
			       family_names[i], rule_text(rule, text));
			remedy(f, "give that rule a preference above %u", behind);
		} else if (!rule->pref) {
			/* The kernel gives a rule the second one's preference, which is ours, and puts it last of these. */
			broken(f, "rule-foreign-no-pref",
			       "%s: rule %s of somebody else's has no preference of its own: if it was to stand before "
			       "one that came earlier, as wg-quick's do, it does not",
			       family_names[i], rule_text(rule, text));
			remedy(f,
			       "give such rules preferences, for wg-quick by Table = off and PostUp, see migration.md");
		}
	}
}

/* again: the VRF by whose ifup they come */
static void check_order(const struct kernel *k, int i, const struct l3mdev_rules *want, const struct vrf *again,
			struct findings *f)
{
	struct plan plan = { 0 };
	const struct rule *foreign = l3mdev_plan(&k->rules[i], kernel_families[i], want, &plan);
	char text[RULE_TEXT];
	int local = 0;

	if (foreign) {
		broken(f, "rule-foreign-keeps-local",
		       "%s: %s does not work inside VRFs: rule %s of somebody else's keeps local where it is",
		       family_names[i], i ? "::1" : "127.0.0.1", rule_text(foreign, text));
		remedy(f, "give that rule a preference above %u, then ifup -f the VRF; or write vrf-loopback no",
		       want->local_pref);
	}
	for (size_t j = 0; j < plan.count; j++) {
		const struct step *step = &plan.step[j];

		/* One finding for all that has to be done about `local`. */
		if (step->rule.pref == VRF_PREF_LOCAL) {
			if (local++)
				continue;
			broken(f, "rule-local-first",
			       "%s: lookups in VRFs do not pass local by: %s there is the default VRF's",
			       family_names[i], i ? "::1" : "127.0.0.1");
		} else if (step->verb == VERB_ADD && step->rule.action == FR_ACT_UNREACHABLE) {
			broken(f, "rule-unreachable-missing",
			       "%s: rule %s is missing: what a VRF has no route for leaks to the default VRF",
			       family_names[i], rule_text(&step->rule, text));
		} else if (step->verb == VERB_ADD) {
			broken(f, "rule-missing", "%s: rule %s is missing", family_names[i],
			       rule_text(&step->rule, text));
		} else {
			broken(f, "rule-surplus", "%s: rule %s should not be there", family_names[i],
			       rule_text(&step->rule, text));
		}
		remedy(f, "ifup -f %s", again->link->name);
	}
}

static bool has_unreachable_default(const struct vrf *vrf, int family)
{
	for (size_t i = 0; i < vrf->routes.count; i++) {
		const struct route *route = &vrf->routes.route[i];

		if (route->dst.family == family && !route->dst.len && route->type == RTN_UNREACHABLE)
			return true;
	}
	return false;
}

static bool has_rule_unreachable(const struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rule[i].l3mdev && rules->rule[i].action == FR_ACT_UNREACHABLE)
			return true;
	return false;
}

/* A route in main that leads into the VRF: the administrator forwards on purpose. */
static bool forwarded_to(struct netlink *nl, const struct kernel *k, const struct vrf *vrf)
{
	struct routes main_table = { 0 };
	bool found = false;

	if (!routes_get(nl, RT_TABLE_MAIN, &k->links, &main_table))
		for (size_t i = 0; i < main_table.count; i++)
			for (int j = 0; j < main_table.route[i].hops; j++)
				found |= main_table.route[i].hop[j].ifindex == vrf->link->ifindex;
	routes_free(&main_table);
	return found;
}

/* Has the VRF itself an address of these, from which it sends? */
static bool has_address_in(const struct kernel *k, const struct vrf *vrf, const struct prefix *network)
{
	for (size_t i = 0; i < k->addresses.count; i++) {
		const struct address *a = &k->addresses.address[i];
		struct prefix one = a->local;

		one.len = (uint8_t)family_bits(one.family);
		if (a->scope != RT_SCOPE_HOST && kernel_belongs(k, vrf, a->ifindex) && prefix_covers(network, &one))
			return true;
	}
	return false;
}

/* Made by a routing daemon, FRR's or another: it leaks for those who are forwarded. */
static bool is_daemons(const struct route *route)
{
	return route->protocol > RTPROT_STATIC && route->protocol != RTPROT_RA && route->protocol != RTPROT_DHCP &&
	       route->protocol != VRF_PROTOCOL;
}

/* By the VRF's device to where it sends from; of what is forwarded any way into the VRF will do. */
static bool is_way_back(const struct kernel *k, const struct vrf *to, const struct route *back, bool forwarded)
{
	for (int j = 0; j < back->hops; j++)
		if (forwarded ? kernel_belongs(k, to, back->hop[j].ifindex)
			      : back->hop[j].ifindex == to->link->ifindex && has_address_in(k, to, &back->dst))
			return true;
	return false;
}

/* Does that VRF, by whose member the route leaks, lead back?  So it is where FRR imports routes both ways. */
static bool leads_back(const struct kernel *k, const struct vrf *from, const struct vrf *to, const struct route *leak)
{
	for (size_t i = 0; i < from->routes.count; i++) {
		const struct route *back = &from->routes.route[i];

		if (back->dst.family == leak->dst.family && back->type == RTN_UNICAST &&
		    is_way_back(k, to, back, is_daemons(leak)))
			return true;
	}
	return false;
}

/* Out by a member of another VRF, which gets what comes back. */
static void check_leak(const struct kernel *k, const struct vrf *vrf, const struct route *route, const struct link *out,
		       struct findings *f)
{
	const struct vrf *other = kernel_vrf_of(k, out);
	char text[PREFIX_TEXT];

	if (other && leads_back(k, other, vrf, route))
		return;
	broken(f, "route-no-member", "%s: replies to %s cannot arrive: %s is not a member of %s", vrf->link->name,
	       route->dst.len ? prefix_text(&route->dst, text) : "default", out->name, vrf->link->name);
	if (other)
		remedy(f, "write a table-route to the addresses of %s, dev %s, in the stanza of %s; then ifup -f %s",
		       vrf->link->name, vrf->link->name, other->link->name, other->link->name);
	else
		remedy(f,
		       "ifup -f %s, if its stanza has vrf-bind mark; else write that to share %s, or vrf-member %s in %s's",
		       vrf->link->name, out->name, vrf->link->name, out->name);
}

/* The dead recipe: out by an interface of the default VRF, and what comes back is the default VRF's. */
static void check_leaks(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, struct findings *f)
{
	bool known = false, forwarded = false;

	for (size_t i = 0; i < vrf->routes.count; i++) {
		const struct route *route = &vrf->routes.route[i];

		for (int j = 0; route->type == RTN_UNICAST && j < route->hops; j++) {
			const struct link *out = links_by_index(&k->links, route->hop[j].ifindex);

			if (!out || route->hop[j].encap || kernel_belongs(k, vrf, out->ifindex) || link_is_vrf(out) ||
			    out->flags & IFF_LOOPBACK)
				continue;
			if (!known)
				forwarded = forwarded_to(nl, k, vrf);
			known = true;
			if (!forwarded || kernel_vrf_of(k, out))
				check_leak(k, vrf, route, out, f);
		}
	}
}

static void check_device(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, struct findings *f)
{
	for (int i = 0; i < 2; i++) {
		if (!k->has[i] || has_unreachable_default(vrf, kernel_families[i]) ||
		    has_rule_unreachable(&k->rules[i]))
			continue;
		broken(f, "vrf-leaks-default",
		       "%s: %s: its table %u does not end in an unreachable default: what it has no route for leaks "
		       "to the default VRF",
		       vrf->link->name, family_names[i], vrf->link->table);
		remedy(f, "ifup -f %s", vrf->link->name);
	}
	check_leaks(nl, k, vrf, f);
}

/* Linux lets two VRFs have one table, unless net.vrf.strict_mode is set: what comes in is the one's, or the other's. */
static void share_table(const struct link *link, const struct link *other, struct findings *f)
{
	broken(f, "vrf-same-table", "%s has table %u, which is that of %s", link->name, link->table, other->name);
	if (interfaces_have(link->name))
		remedy(f, "write another vrf-table in its stanza, then ifdown -f %s; ifup -f %s", link->name,
		       link->name);
	else
		remedy(f, "ip link del %s # or ip link add it with another table", link->name);
}

static void check_index(const struct kernel *k, const struct vrf *vrf, struct findings *f)
{
	uint32_t wanted = VRF_IFINDEX_BASE + vrf->link->table;
	const struct link *other = links_by_index(&k->links, wanted);

	if (other && other != vrf->link && link_is_vrf(other) && other->table == vrf->link->table) {
		share_table(vrf->link, other, f);
		return;
	}
	if (vrf->link->table >= VRF_IFINDEX_BASE || vrf->link->ifindex == wanted)
		return;
	broken(f, "vrf-ifindex", "%s has ifindex %u, not %u%s%s: running services do not survive its ifdown",
	       vrf->link->name, vrf->link->ifindex, wanted, other ? ", which is taken by " : "",
	       other ? other->name : "");
	/* no card has such a number */
	if (other && other->kind[0])
		remedy(f, "ip link del %s; ifdown -f %s; ifup -f %s # then restart its services" SQUATTER, other->name,
		       vrf->link->name, vrf->link->name);
	else
		remedy(f, "ifdown -f %s; ifup -f %s # then restart its services", vrf->link->name, vrf->link->name);
}

/* Does every own address of the default VRF lead to this host? */
static void check_own_addresses(struct netlink *nl, const struct kernel *k, struct findings *f)
{
	for (size_t i = 0; i < k->addresses.count; i++) {
		struct prefix one = k->addresses.address[i].local;
		const struct link *link = links_by_index(&k->links, k->addresses.address[i].ifindex);
		char text[PREFIX_TEXT];

		if (!link || !(link->flags & IFF_UP) || link_is_vrf(link) || kernel_vrf_of(k, link) ||
		    k->addresses.address[i].scope == RT_SCOPE_LINK)
			continue;
		one.len = (uint8_t)family_bits(one.family);
		/* no route at all is an error */
		if (route_is_local(nl, &one) > 0)
			continue;
		broken(f, "address-elsewhere", "%s, an address of this host, leads elsewhere: it cannot be reached",
		       prefix_text(&one, text));
		remedy(f, "look at ip rule: what stands before local has to go behind it");
	}
}

struct defaults {
	const struct kernel *k;
	const struct vrf *only;
	struct findings *f;
	struct routes found;
};

static void check_default(const struct route *route, void *context)
{
	struct defaults *d = context;
	char text[ROUTE_TEXT];

	if (route->dst.len)
		return;
	/* the kernel may begin anew */
	for (size_t i = 0; i < d->found.count; i++)
		if (route_equal(route, &d->found.route[i]))
			return;
	for (int i = 0; i < route->hops; i++) {
		const struct link *out = links_by_index(&d->k->links, route->hop[i].ifindex);
		const struct vrf *vrf = out ? kernel_vrf_of(d->k, out) : NULL;

		if (!vrf || (d->only && vrf != d->only))
			continue;
		broken(d->f, "default-route-by-member",
		       "%s: the default VRF sends through its member %s what it has no other route for",
		       vrf->link->name, out->name);
		remedy(d->f, "ip%s route del %s; a DHCP client that put it there needs what interfaces-vrf(5) says",
		       route->dst.family == AF_INET6 ? " -6" : "", route_text(route, text));
		routes_add(&d->found, route);
		return;
	}
}

/* Somebody's default route in main: a DHCP client's, since it knows of no other table. */
static void check_defaults(struct netlink *nl, const struct kernel *k, const struct vrf *only, struct findings *f)
{
	struct defaults d = { .k = k, .only = only, .f = f };

	for (int i = 0; i < 2; i++)
		routes_visit(nl, kernel_families[i], RT_TABLE_MAIN, 0, &k->links, check_default, &d);
	routes_free(&d.found);
}

static void check_vrf(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, struct findings *f)
{
	if (!(vrf->link->flags & IFF_UP)) {
		/* its device has no part in what marks do */
		if (vrf->mark)
			broken(f, "mark-down", "%s is down: services that run go on, and none starts in it",
			       vrf->link->name);
		else
			broken(f, "vrf-down", "%s is down: nothing passes", vrf->link->name);
		remedy(f, "ifup -f %s", vrf->link->name);
	}
	check_index(k, vrf, f);
	if (vrf->mark)
		check_mark(nl, k, vrf, f);
	else
		check_device(nl, k, vrf, f);
	check_names(nl, vrf, f);
}

void check_kernel(struct netlink *nl, const struct kernel *k, const struct vrf *only, struct findings *f)
{
	struct source lo = { .iface = "lo" };
	struct stanzas running = { 0 };
	const struct vrf *again = NULL;
	struct l3mdev_options options;
	struct failure ignored;

	stanzas_read_running(&running);
	/* unreadable: that is for check --config */
	if (stanza_l3mdev(&lo, &options, &ignored))
		options.order =
			(struct l3mdev_rules){ .unreachable_pref = VRF_PREF_UNREACHABLE, .local_pref = VRF_PREF_LOCAL };
	options.order.loopback = false;
	for (size_t i = 0; i < k->count; i++) {
		const struct vrf *vrf = &k->vrf[i];

		options.order.loopback |= !vrf->mark && vrf->loopback;
		/* check_left() says what is to be done about it, which is no ifup */
		if (is_left(&running, vrf->link))
			continue;
		again = again ? again : vrf;
		if (!only || vrf == only)
			check_vrf(nl, k, vrf, f);
	}
	stanzas_free(&running);
	for (int i = 0; k->count && i < 2; i++) {
		if (!k->has[i])
			continue;
		if (again)
			check_order(k, i, &options.order, again, f);
		check_foreign(k, i, &options.order, f);
	}
	if (k->count)
		check_defaults(nl, k, only, f);
	if (k->count && !only)
		check_own_addresses(nl, k, f);
}
