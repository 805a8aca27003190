/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-mark.c - VRFs that are bound by mark and share their interfaces; see check.h. */
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/kernel/sysctl.h"
#include "executor/model/prefix.h"
#include "executor/model/rule-plan.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/check.h"

static void check_marking(const struct kernel *k, int i, const struct vrf *vrf, struct findings *f)
{
	struct marking want = { .table = vrf->link->table, .mark = vrf->mark, .lookup = true, .unreachable = true };
	struct plan plan = { 0 };
	char text[RULE_TEXT];

	/* nobody but the stanza knows whether it is wanted */
	for (size_t j = 0; j < k->rules[i].count; j++)
		if (k->rules[i].rule[j].pref == VRF_PREF_MARK_LOCAL && k->rules[i].rule[j].fwmark == vrf->mark)
			want.local = true;
	marking_plan(&k->rules[i], kernel_families[i], &want, &plan);
	for (size_t j = 0; j < plan.count; j++) {
		rule_text(&plan.step[j].rule, text);
		if (plan.step[j].verb == VERB_ADD)
			broken(f, "mark-rule-missing", "%s: %s: rule %s is missing", vrf->link->name, family_names[i],
			       text);
		else
			broken(f, "mark-rule-surplus", "%s: %s: rule %s should not be there", vrf->link->name,
			       family_names[i], text);
		remedy(f, "ifup -f %s", vrf->link->name);
	}
}

static int take_interface(struct nlmsghdr *n, void *context)
{
	struct nlattr *oif = nlmsg_find_attr(n, sizeof(struct rtmsg), RTA_OIF);

	if (oif)
		*(uint32_t *)context = nla_get_u32(oif);
	return 0;
}

/* The interface by which the default VRF reaches the prefix, 0: none. */
static uint32_t way_out(struct netlink *nl, const struct prefix *prefix)
{
	/* for a default route any address outside will do: one of TEST-NET-3 */
	static const uint8_t outside[4] = { 203, 0, 113, 1 };
	struct rtmsg rtm = { .rtm_family = AF_INET, .rtm_dst_len = 32 };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	uint32_t ifindex = 0;

	if (msg && (nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO) ||
		    nla_put(msg, RTA_DST, 4, prefix->len ? prefix->addr : outside))) {
		nlmsg_free(msg);
		return 0;
	}
	netlink_get(nl, msg, take_interface, &ifindex);
	return ifindex;
}

static bool is_strict(const char *dev)
{
	char path[64];
	int all = 0, own = 0;

	snprintf(path, sizeof(path), "ipv4/conf/%s/rp_filter", dev);
	sysctl_read("ipv4/conf/all/rp_filter", &all);
	sysctl_read(path, &own);
	/* the larger one counts; 2 is the loose one */
	return (all > own ? all : own) == 1;
}

/* What comes in carries no mark: the reverse path filter asks the default VRF. */
static void check_way_back(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, const struct route *route,
			   struct findings *f)
{
	char text[PREFIX_TEXT];

	for (int i = 0; route->type == RTN_UNICAST && route->dst.family == AF_INET && i < route->hops; i++) {
		const struct link *link = links_by_index(&k->links, route->hop[i].ifindex);

		if (!link || link->flags & IFF_LOOPBACK || link_is_vrf(link) || !is_strict(link->name) ||
		    way_out(nl, &route->dst) == link->ifindex)
			continue;
		broken(f, "mark-rp-filter",
		       "%s: replies from %s are dropped: rp_filter of %s is 1, and the default VRF has another way there",
		       vrf->link->name, route->dst.len ? prefix_text(&route->dst, text) : "default", link->name);
		remedy(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2", link->name);
	}
}

/* What comes in by a member is for the sockets of its VRF. */
static void check_shared(const struct kernel *k, const struct vrf *vrf, const struct route *route, struct findings *f)
{
	char text[PREFIX_TEXT];

	for (int i = 0; route->type == RTN_UNICAST && i < route->hops; i++) {
		const struct link *link = links_by_index(&k->links, route->hop[i].ifindex);
		const struct vrf *other = link ? kernel_vrf_of(k, link) : NULL;

		if (!other || other == vrf)
			continue;
		broken(f, "mark-replies-to-member", "%s: replies from %s do not arrive: %s is a member of %s",
		       vrf->link->name, route->dst.len ? prefix_text(&route->dst, text) : "default", link->name,
		       other->link->name);
		remedy(f, "take that route out of its stanza, or vrf-member out of %s's; then ifup -f both",
		       link->name);
	}
}

void check_mark(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, struct findings *f)
{
	for (int i = 0; i < 2; i++)
		if (k->has[i])
			check_marking(k, i, vrf, f);
	for (size_t i = 0; i < k->links.count; i++) {
		if (k->links.link[i].master != vrf->link->ifindex)
			continue;
		broken(f, "mark-has-member",
		       "%s: %s is its member, but its services are bound by mark and cannot use it", vrf->link->name,
		       k->links.link[i].name);
		remedy(f, "take vrf-member out of %s's stanza, or vrf-bind mark out of %s's", k->links.link[i].name,
		       vrf->link->name);
	}
	for (size_t i = 0; i < vrf->routes.count; i++) {
		check_shared(k, vrf, &vrf->routes.route[i], f);
		check_way_back(nl, k, vrf, &vrf->routes.route[i], f);
	}
}
