/* SPDX-License-Identifier: ISC */
/* openrc/state/kernel.c - VRFs as the kernel has them; see kernel.h.  Changes nothing. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "executor/model/route-plan.h"
#include "executor/model/rule-plan.h"
#include "helpers/base/vrf.h"
#include "openrc/state/kernel.h"
#include "openrc/state/memory.h"

const int kernel_families[2] = { AF_INET, AF_INET6 };

static int read_rules(struct netlink *nl, struct kernel *k)
{
	for (int i = 0; i < 2; i++) {
		int err = rules_get(nl, kernel_families[i], &k->rules[i]);

		k->has[i] = !err;
		if (err && !(kernel_families[i] == AF_INET6 && (err == -EAFNOSUPPORT || err == -EOPNOTSUPP)))
			return err;
	}
	return 0;
}

static bool has_loopback(const struct kernel *k, const struct link *link)
{
	for (size_t i = 0; i < k->addresses.count; i++) {
		const struct address *a = &k->addresses.address[i];

		if (a->ifindex == link->ifindex && a->local.family == AF_INET && a->local.addr[0] == 127)
			return true;
	}
	return false;
}

static int read_vrfs(struct netlink *nl, struct kernel *k, bool routes)
{
	for (size_t i = 0; i < k->links.count; i++) {
		const struct link *link = &k->links.link[i];
		struct vrf *vrf;
		int err = 0;

		if (!link_is_vrf(link))
			continue;
		vrf = &k->vrf[k->count++];
		vrf->link = link;
		/* one of the two may have been lost */
		vrf->mark = marking_of_table(&k->rules[0], link->table);
		if (!vrf->mark)
			vrf->mark = marking_of_table(&k->rules[1], link->table);
		vrf->loopback = has_loopback(k, link);
		if (routes)
			err = routes_get(nl, link->table, &k->links, &vrf->routes);
		if (err)
			return err;
	}
	return 0;
}

static int read_all(struct netlink *nl, struct kernel *k, bool routes)
{
	int err;

	memset(k, 0, sizeof(*k));
	err = links_get(nl, &k->links);
	if (!err)
		err = addresses_get(nl, 0, &k->addresses);
	if (!err)
		err = read_rules(nl, k);
	if (!err) {
		k->vrf = memory_zero(k->links.count + 1, sizeof(*k->vrf));
		err = read_vrfs(nl, k, routes);
	}
	return err;
}

int kernel_read(struct netlink *nl, struct kernel *k)
{
	return read_all(nl, k, true);
}

int kernel_read_outline(struct netlink *nl, struct kernel *k)
{
	return read_all(nl, k, false);
}

void kernel_free(struct kernel *k)
{
	for (size_t i = 0; i < k->count; i++)
		routes_free(&k->vrf[i].routes);
	free(k->vrf);
	for (int i = 0; i < 2; i++)
		rules_free(&k->rules[i]);
	addresses_free(&k->addresses);
	links_free(&k->links);
}

const struct vrf *kernel_vrf(const struct kernel *k, const char *name)
{
	for (size_t i = 0; i < k->count; i++)
		if (!strcmp(k->vrf[i].link->name, name))
			return &k->vrf[i];
	return NULL;
}

const struct vrf *kernel_vrf_by_table(const struct kernel *k, uint32_t table)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->vrf[i].link->table == table)
			return &k->vrf[i];
	return NULL;
}

bool kernel_has_route(const struct kernel *k, const struct routes *have, const struct route *want)
{
	struct route route = *want;
	const struct route *other;
	const char *missing;

	return !route_resolve(&route, &k->links, &missing) && route_plan(&route, have, &other) == CHANGE_KEEP;
}

const struct vrf *kernel_vrf_of(const struct kernel *k, const struct link *link)
{
	for (size_t i = 0; link->master && i < k->count; i++)
		if (k->vrf[i].link->ifindex == link->master)
			return &k->vrf[i];
	return NULL;
}

bool kernel_belongs(const struct kernel *k, const struct vrf *vrf, uint32_t ifindex)
{
	const struct link *link = links_by_index(&k->links, ifindex);

	return link && (link->ifindex == vrf->link->ifindex || link->master == vrf->link->ifindex);
}

/* Those that the kernel adds for an address, and the table's last word, are no news. */
static bool counts(const struct route *route)
{
	return route->type != RTN_LOCAL && route->type != RTN_BROADCAST && route->type != RTN_ANYCAST &&
	       route->type != RTN_MULTICAST && route->metric != VRF_UNREACHABLE_METRIC;
}

size_t vrf_routes(const struct vrf *vrf, int family)
{
	size_t count = 0;

	for (size_t i = 0; i < vrf->routes.count; i++)
		count += vrf->routes.route[i].dst.family == family && counts(&vrf->routes.route[i]);
	return count;
}
