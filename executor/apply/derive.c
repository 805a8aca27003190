/* SPDX-License-Identifier: ISC */
/* executor/apply/derive.c - what follows from the kernel's state; see derive.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/apply/derive.h"
#include "executor/kernel/address.h"
#include "executor/kernel/route.h"

int derive_networks(const struct derived *d, const struct addresses *all, const struct links *links,
		    struct routes *main)
{
	int err = 0;

	for (size_t i = 0; !err && i < all->count; i++)
		if (address_is_mains(&all->address[i], links))
			err = derived_network(d, &all->address[i].local,
					      links_by_index(links, all->address[i].ifindex)->name, main);
	return err;
}

static int add_networks(struct run *run, const struct links *links, const struct derived *d, struct routes *main)
{
	struct addresses all;
	int err;

	if (!d->connected)
		return 0;
	if (addresses_get(&run->nl, 0, &all))
		return run_fail(run, "cannot list the addresses: %s", netlink_words(&run->nl));
	err = derive_networks(d, &all, links, main);
	addresses_free(&all);
	return err ? run_fail(run, "%s", strerror(ENOMEM)) : 0;
}

int derive_routes(struct run *run, const struct links *links, struct table_options *o)
{
	struct routes main = { 0 }, refused = { 0 };
	int err = 0;

	/* Without a table it is refused elsewhere. */
	if (!derives(&o->derived) || !o->table)
		return 0;
	if (table_options_refused(o, &refused, &run->failure))
		err = -1;
	else if (routes_get(&run->nl, RT_TABLE_MAIN, links, &main))
		err = run_fail(run, "cannot list the routes of table main: %s", netlink_words(&run->nl));
	else if (add_networks(run, links, &o->derived, &main))
		err = -1;
	else if (derived_routes(&o->derived, &main, &refused, o->table, &o->routes))
		err = run_fail(run, "%s", strerror(ENOMEM));
	routes_free(&main);
	routes_free(&refused);
	return err;
}

int derive_rules(struct run *run, const struct links *links, struct table_options *o)
{
	const struct link *link = links_by_name(links, o->derived.follow);
	struct addresses all;
	int err = 0;

	if (!link || !o->derived.pref || !o->table)
		return 0;
	if (addresses_get(&run->nl, link->ifindex, &all))
		return run_fail(run, "cannot list the addresses of %s: %s", link->name, netlink_words(&run->nl));
	for (size_t i = 0; !err && i < all.count; i++)
		if (all.address[i].ifindex == link->ifindex && all.address[i].scope == RT_SCOPE_UNIVERSE)
			err = derived_rule(&o->derived, &all.address[i].local, o->table, &o->rules);
	addresses_free(&all);
	return err ? run_fail(run, "%s", strerror(ENOMEM)) : 0;
}
