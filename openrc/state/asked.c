/* SPDX-License-Identifier: ISC */
/* openrc/state/asked.c - the rules that concern a VRF; see asked.h. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "helpers/base/vrf.h"
#include "openrc/state/asked.h"

/* What a service sends comes from nowhere, and its lookup says the VRF or the device of its socket. */
static bool device_fits(const struct kernel *k, const struct vrf *vrf, const char *name)
{
	const struct link *link = links_by_name(&k->links, name);

	return link && kernel_belongs(k, vrf, link->ifindex);
}

static bool mark_fits(const struct vrf *vrf, const struct rule *r)
{
	if (!r->fwmask)
		return true;
	/* a process can give its packets a mark; those of other VRFs are theirs */
	if (!vrf->mark)
		return r->protocol != VRF_PROTOCOL;
	return (vrf->mark & r->fwmask) == r->fwmark;
}

static bool may_match(const struct kernel *k, const struct vrf *vrf, const struct rule *r)
{
	if (r->foreign || r->invert)
		return true;
	/* a lookup by mark is none in a VRF */
	if (r->l3mdev && vrf->mark)
		return false;
	if (r->iif[0] && strcmp(r->iif, "lo") && !device_fits(k, vrf, r->iif))
		return false;
	if (r->oif[0] && !device_fits(k, vrf, r->oif))
		return false;
	return mark_fits(vrf, r);
}

/* By its own mark or as a lookup in a VRF alone, whatever is in the packet. */
static bool must_match(const struct vrf *vrf, const struct rule *r)
{
	const bool open = !r->foreign && !r->invert && !r->from.family && !r->to.family && !r->tos && !r->dscp &&
			  !r->ipproto && !r->sport.first && !r->dport.first && !r->uids.given && !r->oif[0];

	return open && (r->l3mdev || !r->fwmask || vrf->mark) && (!r->iif[0] || !strcmp(r->iif, "lo"));
}

static bool ends(const struct rule *r)
{
	return r->action == FR_ACT_UNREACHABLE || r->action == FR_ACT_PROHIBIT || r->action == FR_ACT_BLACKHOLE;
}

/* Is the VRF's table the end of the lookup that comes there?  `throw` alone goes on. */
static bool has_default(const struct vrf *vrf, int family)
{
	for (size_t i = 0; i < vrf->routes.count; i++) {
		const struct route *route = &vrf->routes.route[i];

		if (route->dst.family == family && !route->dst.len && route->type != RTN_THROW)
			return true;
	}
	return false;
}

static bool leads_home(const struct vrf *vrf, const struct rule *r)
{
	return r->action == FR_ACT_TO_TBL &&
	       (r->l3mdev || (r->protocol == VRF_PROTOCOL && r->table == vrf->link->table));
}

size_t rules_asked(const struct kernel *k, const struct vrf *vrf, int family, const struct rule **asked)
{
	const struct rules *rules = &k->rules[family == kernel_families[1]];
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = &rules->rule[i];

		if (!may_match(k, vrf, r))
			continue;
		asked[count++] = r;
		if (!must_match(vrf, r))
			continue;
		if (ends(r) || (leads_home(vrf, r) && has_default(vrf, family)))
			break;
		if (r->action == FR_ACT_GOTO)
			while (i + 1 < rules->count && rules->rule[i + 1].pref < r->target)
				i++;
	}
	return count;
}
